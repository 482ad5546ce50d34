#include "simulators/fleet.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <map>
#include <stdexcept>
#include <thread>

#include "base/text.h"

namespace coffre::simulator {
namespace {

constexpr int kBacklog = 256;
constexpr std::size_t kMostConnections = 256;

struct Port {
  int listener = -1;
  std::uint16_t number = 0;
  std::unique_ptr<Recorder> recorder;
};

// A socket that has the port wished for (0: any); where it is taken, any. Holds the port afterwards.
int bind_on_loopback(std::uint16_t& number) {
  const int bound = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  const int on = 1;
  ::setsockopt(bound, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  address.sin_port = htons(number);
  bool has_port = ::bind(bound, raw, size) == 0;
  address.sin_port = 0;
  has_port = has_port || ::bind(bound, raw, size) == 0;
  if (bound < 0 || !has_port || ::getsockname(bound, raw, &size) != 0) {
    throw std::runtime_error("cannot bind on loopback");
  }
  number = ntohs(address.sin_port);
  return bound;
}

int listen_on_loopback(std::uint16_t& number) {
  const int listener = bind_on_loopback(number);
  if (::listen(listener, kBacklog) != 0) throw std::runtime_error("cannot listen on loopback");
  return listener;
}

void ring(int event) {
  const std::uint64_t one = 1;
  if (::write(event, &one, sizeof one) != sizeof one) std::abort();
}

std::string counts_text(const Counts& counts) {
  std::string text = fmt::format("ok connections {} total {} credentials {} wrong {}", counts.connections, counts.total,
                                 counts.with_credentials, counts.wrong);
  for (const auto& [path, count] : counts.paths) text += fmt::format(" {}={}", path, count);
  return text;
}

void add_to(Counts& sum, const Counts& more) {
  sum.connections += more.connections;
  sum.total += more.total;
  sum.with_credentials += more.with_credentials;
  sum.wrong += more.wrong;
  for (const auto& [path, count] : more.paths) sum.paths[path] += count;
}

// First word, and the rest behind one blank.
std::pair<std::string_view, std::string_view> cut(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return {text, {}};
  return {text.substr(0, blank), trim(text.substr(blank + 1))};
}

}  // namespace

struct Fleet::State {
  std::vector<Port> ports;
  int stop = ::eventfd(0, EFD_CLOEXEC);   // everything ends
  int pause = ::eventfd(0, EFD_CLOEXEC);  // nobody is accepted for a while
  std::thread acceptor;
  std::mutex mutex;
  std::condition_variable changed;
  std::map<int, std::thread> connections;  // by socket
  std::vector<std::thread> finished;       // to be joined: OpenSSL frees what a thread had when it really ends
  bool stopping = false;

  void accept_all() {
    std::vector<pollfd> watched{{stop, POLLIN, 0}, {pause, POLLIN, 0}};
    const std::size_t events = watched.size();
    for (const Port& port : ports) watched.push_back({port.listener, POLLIN, 0});
    for (;;) {
      if (::poll(watched.data(), watched.size(), -1) < 0) continue;
      if (watched[0].revents != 0 || watched[1].revents != 0) return;
      for (std::size_t i = events; i < watched.size(); ++i) {
        if (watched[i].revents != 0) accept_one(ports[i - events]);
      }
    }
  }

  // A socket that is bound and does not listen keeps the port: a connection to it is refused, and nobody else gets it.
  void stop_listening() {
    ring(pause);
    acceptor.join();
    for (Port& port : ports) {
      ::close(port.listener);
      take_port(port, &bind_on_loopback);
    }
  }

  void listen_again() {
    std::uint64_t rung = 0;
    if (::read(pause, &rung, sizeof rung) != sizeof rung) std::abort();
    for (Port& port : ports) {
      const int held = port.listener;
      take_port(port, &listen_on_loopback);
      ::close(held);
    }
    acceptor = std::thread([this] { accept_all(); });
  }

  static void take_port(Port& port, int (*open)(std::uint16_t&)) {
    const std::uint16_t before = port.number;
    port.listener = open(port.number);
    if (port.number != before) throw std::runtime_error("the port was taken meanwhile");
  }

  void accept_one(const Port& port) {
    const int socket = ::accept4(port.listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return connections.size() < kMostConnections || stopping; });
    if (stopping) {
      ::close(socket);
      return;
    }
    std::vector<std::thread> ended = std::move(finished);
    finished.clear();
    connections[socket] = std::thread([this, socket, recorder = port.recorder.get()] {
      recorder->serve(socket, stop);
      const std::lock_guard guard(mutex);
      ::close(socket);  // under the lock, so that shutdown() below never meets a reused number
      finished.push_back(std::move(connections[socket]));
      connections.erase(socket);
      changed.notify_all();
    });
    lock.unlock();
    for (std::thread& thread : ended) thread.join();
  }

  void end() {
    std::unique_lock lock(mutex);
    stopping = true;
    ring(stop);
    for (const auto& [socket, thread] : connections) ::shutdown(socket, SHUT_RDWR);
    changed.notify_all();
    changed.wait(lock, [&] { return connections.empty(); });
    lock.unlock();
    if (acceptor.joinable()) acceptor.join();
    for (std::thread& thread : finished) thread.join();
    for (const Port& port : ports) ::close(port.listener);
    ::close(stop);
    ::close(pause);
  }

  [[nodiscard]] const Port& find(std::string_view name) const {
    for (const Port& port : ports) {
      if (port.recorder->settings().name == name) return port;
    }
    throw std::runtime_error(fmt::format("no recorder named {}", name));
  }

  std::vector<Recorder*> chosen(std::string_view name) const {
    std::vector<Recorder*> result;
    if (name != "*") return {find(name).recorder.get()};
    for (const Port& port : ports) result.push_back(port.recorder.get());
    return result;
  }

  std::string run(std::string_view line) const;
};

Fleet::Fleet() : state_(std::make_unique<State>()) {
  ::signal(SIGPIPE, SIG_IGN);  // a client that leaves while we write
}

Fleet::~Fleet() {
  state_->end();
}

Recorder& Fleet::add(std::unique_ptr<Recorder> recorder) {
  Port port;
  port.number = static_cast<std::uint16_t>(recorder->settings().port);
  port.listener = listen_on_loopback(port.number);
  port.recorder = std::move(recorder);
  state_->ports.push_back(std::move(port));
  return *state_->ports.back().recorder;
}

void Fleet::start() {
  state_->acceptor = std::thread([state = state_.get()] { state->accept_all(); });
}

void Fleet::stop_listening() {
  state_->stop_listening();
}

void Fleet::listen_again() {
  state_->listen_again();
}

std::uint16_t Fleet::port(std::string_view name) const {
  return state_->find(name).number;
}
std::string Fleet::url(std::string_view name) const {
  return fmt::format("https://127.0.0.1:{}", port(name));
}
Recorder& Fleet::recorder(std::string_view name) const {
  return *state_->find(name).recorder;
}

std::vector<std::string> Fleet::names() const {
  std::vector<std::string> names;
  for (const Port& port : state_->ports) names.push_back(port.recorder->settings().name);
  return names;
}

std::string Fleet::command(std::string_view line) {
  try {
    return state_->run(trim(line));
  } catch (const std::exception& problem) {
    return fmt::format("error {}", problem.what());
  }
}

std::string Fleet::State::run(std::string_view line) const {
  const auto [verb, rest] = cut(line);
  const auto [name, arguments] = cut(rest);
  const std::vector<Recorder*> targets = chosen(name);
  if (verb == "count") {
    Counts sum;
    for (const Recorder* recorder : targets) add_to(sum, recorder->counts());
    return counts_text(sum);
  }
  std::string last;
  for (Recorder* recorder : targets) {
    const auto [word, value] = cut(arguments);
    if (verb == "fault") {
      if (!recorder->faults().add(word, value)) return fmt::format("error no fault '{}'", arguments);
    } else if (verb == "set") {
      if (!recorder->set(word, value)) return fmt::format("error no setting '{}'", arguments);
    } else if (verb == "heal") {
      recorder->faults().clear();
    } else if (verb == "reset") {
      recorder->reset_counts();
    } else if (verb == "unlock") {
      recorder->unlock();
    } else if (verb == "new-certificate") {
      last = " " + recorder->new_certificate();
    } else {
      return fmt::format("error no command '{}'", verb);
    }
  }
  return "ok" + last;
}

}  // namespace coffre::simulator
