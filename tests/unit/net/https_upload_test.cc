// Bodies that are read while they are sent.
#include <catch2/catch.hpp>

#include "net/https_client.h"
#include "net_scene.h"
#include "simulators/content.h"
#include "support/error_of.h"

using namespace coffre;
using namespace coffre::test;
using simulator::Wire;

namespace {

// Gives `size` bytes that depend on their place, in memory of nobody; breaks at `breaks_at`.
class Pattern final : public RandomReader {
 public:
  explicit Pattern(std::uint64_t size, std::uint64_t breaks_at = UINT64_MAX) : size_(size), breaks_at_(breaks_at) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  void read_at(std::uint64_t offset, ByteSpan out) const override {
    if (offset + out.size() > breaks_at_) throw Error(ErrorCode::io, "reading the source", "it broke");
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>((offset + i) * 7 % 251);
  }

 private:
  std::uint64_t size_;
  std::uint64_t breaks_at_;
};

Response put(NetScene& scene, const RandomReader& content) {
  Request request{"PUT", "/bucket/key", {{"Content-Type", "application/octet-stream"}}};
  request.upload = &content;
  MemorySink sink;
  return scene.client().send(request, {}, sink);
}

}  // namespace

TEST_CASE("An upload arrives whole, with its length declared") {
  const auto size = GENERATE(std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{65536}, std::uint64_t{5'000'001});
  std::string body;
  std::string head;
  ScriptedScene scene([&](const auto& request, Wire& wire) {
    body = request.body;
    head = request.method + " " + request.header("content-length") + request.header("transfer-encoding") +
           request.header("expect");
    return wire.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  const Pattern content(size);
  CHECK(put(scene, content).status == 200);
  CHECK(head == "PUT " + std::to_string(size));
  Bytes expected(size);
  content.read_at(0, expected);
  CHECK(equal(as_bytes(body), expected));
  CHECK(put(scene, content).status == 200);  // on the same connection
  CHECK(scene.counts().connections == 1);
}

TEST_CASE("A source that breaks ends the upload with its own error, and the client can be used again") {
  ScriptedScene scene(
      [](const auto& /*request*/, Wire& wire) { return wire.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); });
  const Error error = error_of([&] { put(scene, Pattern(2'000'000, 700'000)); });
  CHECK(error.code() == ErrorCode::io);
  CHECK(error.reason() == "it broke");
  CHECK(put(scene, Pattern(10)).status == 200);
}

TEST_CASE("An upload is never sent a second time by itself") {
  int uploads = 0;
  ScriptedScene scene([&](const auto& request, Wire& wire) {
    if (request.method == "PUT") return ++uploads < 0;  // hangs up without an answer: nobody knows what became of it
    return wire.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  const auto size = GENERATE(0, 100, 300'000);
  CHECK(scene.ask("/", {AuthScheme::none, "", ""}).response.status == 200);
  CHECK(error_of([&] { put(scene, Pattern(static_cast<std::uint64_t>(size))); }).code() == ErrorCode::unreachable);
  CHECK(uploads == 1);
}
