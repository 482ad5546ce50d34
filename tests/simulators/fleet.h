// Several simulated recorders on loopback ports of one process. Used by recorder-simulator and, in-process, by tests.
//
// Threads: one accepts (poll over all ports), one per connection, at most kMostConnections; commands from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "simulators/recorder.h"

namespace coffre::simulator {

class Fleet {
 public:
  Fleet();
  ~Fleet();  // ends all connections and threads
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  // Opens its port; to be called before start(). Returns the recorder, which the fleet owns.
  Recorder& add(std::unique_ptr<Recorder> recorder);
  void start();
  // Nobody listens on the ports any more, which stay taken: connections are refused. What is connected goes on.
  void stop_listening();
  // On the same ports again.
  void listen_again();

  [[nodiscard]] std::uint16_t port(std::string_view name) const;
  [[nodiscard]] std::string url(std::string_view name) const;  // "https://127.0.0.1:PORT"
  Recorder& recorder(std::string_view name) const;             // throws std::runtime_error for an unknown name
  [[nodiscard]] std::vector<std::string> names() const;

  // One line of the control channel (README.md) -> its answer, "ok ..." or "error ...".
  std::string command(std::string_view line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace coffre::simulator
