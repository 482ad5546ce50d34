// A real Ceph RADOS Gateway, started by the script `start` beside this file, over HTTPS on a loopback port.
//
//   Gateway& peer = gateway();                       // the one of this program, in memory: started at first use
//   Place place(peer);                               // a new bucket with versions and Object Lock
//   const auto replica = place.open();
//
// Failures (packages missing, not ready in time) throw std::runtime_error with what the script said: such a test fails,
// it is never passed over. Threads: the one that made it; a Place's replicas as Replica says.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/random.h"
#include "replicas/s3/bucket.h"
#include "replicas/s3/s3_client.h"
#include "support/child_process.h"
#include "support/temp_dir.h"

namespace coffre::test {

enum class GatewayStore { memory, disk };  // what was acknowledged outlives a SIGKILL of everything on `disk` only

class Gateway {
 public:
  explicit Gateway(GatewayStore store);  // returns when it answers
  ~Gateway();                            // everything has ended, the folder is gone
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + port_; }
  [[nodiscard]] std::string port() const { return port_; }
  [[nodiscard]] std::string ca_file() const { return (folder() / "pki" / "ca.pem").string(); }
  [[nodiscard]] std::filesystem::path folder() const { return dir_ / "s3"; }

  // One of the script's commands, without its answer: "kill-gateway", "suspend writer".
  void command(const std::string& line);

  [[nodiscard]] S3Location location(const std::string& bucket) const;

 private:
  TempDir dir_;
  ChildProcess start_;
  std::string port_;
};

Gateway& gateway();

// For whoever sets that one's clock ahead: it gets its own time again.
struct TimeAgain {
  TimeAgain() = default;
  ~TimeAgain() {
    gateway().command("kill-gateway");
    gateway().command("start-gateway");
  }
  TimeAgain(const TimeAgain&) = delete;
  TimeAgain& operator=(const TimeAgain&) = delete;
};

// The users of the script.
S3Credentials writer_key();
S3Credentials other_key();
S3Credentials deleter_key();

enum class BucketKind { locked, versioned, plain };

// A bucket of its own, made when this is made.
class Place {
 public:
  explicit Place(Gateway& peer, BucketKind kind = BucketKind::locked);

  [[nodiscard]] std::unique_ptr<Bucket> open() const { return open(options()); }
  [[nodiscard]] static std::unique_ptr<Bucket> open(BucketOptions options);
  [[nodiscard]] BucketOptions options() const;  // retries without pauses
  [[nodiscard]] S3Client client() const;

 private:
  Gateway& peer_;
  std::string name_;
};

}  // namespace coffre::test
