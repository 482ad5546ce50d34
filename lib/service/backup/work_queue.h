// Hands jobs to worker threads so that no site and no credential is overrun (design.md section 5, rule 5).
//
// At most `per_site` jobs of one site run at once. The first use of a credential in a run is single-flight: while its
// answer is awaited no other job with that credential starts; once it was good they run freely; once it was refused
// they are handed out as `stopped` so that their worker can say so without asking the device.
// With `refusals_per_site` refusals at one site, those of earlier runs included, the site's remaining jobs are handed
// out as stopped too. No more credentials are tried there at once than may still be refused: others wait for the
// answers.
//
// Threads: every function may be called by any worker. Nothing throws.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace coffre {

enum class WorkVerdict { run, credential_stopped, site_stopped };

struct QueuedWork {
  std::size_t index = 0;  // into the caller's list
  WorkVerdict verdict = WorkVerdict::run;
};

enum class CredentialAnswer { good, refused, not_asked };

class WorkQueue {
 public:
  struct Item {
    std::string site;
    std::string credential;           // "" = none needed
    bool credential_stopped = false;  // by an earlier run: its job only says so, and it counts as refused at its site
  };
  struct Limits {
    std::size_t per_site = 8;
    std::size_t refusals_per_site = 3;  // security-design.md: 3 at a site -> stop the site
  };

  WorkQueue(std::vector<Item> items, Limits limits);

  // Blocks until a job may start; nullopt when nothing is left (or after stop()).
  std::optional<QueuedWork> next();
  // As soon as the device has answered a request with credentials; frees the others that wait for this credential.
  void credential_answered(std::size_t index, CredentialAnswer answer);
  // The worker is done with that job, whatever became of it.
  void done(std::size_t index);
  // No further jobs are handed out; running ones finish.
  void stop();

 private:
  enum class CredentialState { unknown, asking, good, refused };

  std::optional<QueuedWork> pick();
  [[nodiscard]] bool nothing_left() const;
  void settle(std::size_t index, CredentialAnswer answer);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Item> items_;
  Limits limits_;
  std::vector<bool> started_;
  std::size_t remaining_;
  std::map<std::string, std::size_t> running_at_site_;
  std::map<std::string, std::size_t> refusals_at_site_;
  std::map<std::string, std::size_t> asking_at_site_;  // first uses of a credential whose answer is awaited
  std::map<std::string, CredentialState> credentials_;
  std::vector<bool> asking_;  // this job is the one whose credential answer is awaited
  bool stopped_ = false;
};

}  // namespace coffre
