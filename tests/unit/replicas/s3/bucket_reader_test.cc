#include "replicas/s3/bucket_reader.h"

#include <catch2/catch.hpp>

#include "scripted_bucket.h"
#include "simulators/content.h"

using namespace coffre;
using namespace coffre::test;
using namespace coffre::simulator;

namespace {

constexpr std::uint64_t kSize = 3'000'000;

struct Range {
  std::uint64_t first;
  std::uint64_t last;
};

// Answers for those ranges of the content, in this order.
std::vector<StoreAnswer> parts_of(const std::string& content, const std::vector<Range>& ranges) {
  std::vector<StoreAnswer> answers;
  for (const Range& range : ranges) {
    answers.push_back({206,
                       {{"Content-Range", "bytes " + std::to_string(range.first) + "-" + std::to_string(range.last) +
                                              "/" + std::to_string(content.size())}},
                       content.substr(range.first, range.last - range.first + 1)});
  }
  return answers;
}

struct Scene {
  ScriptedBucket bucket;
  SystemClock clock;
  HighestRandom random;
  NotingSleeper sleeper;
  BucketReader reader;

  explicit Scene(std::vector<StoreAnswer> answers, std::uint64_t size = kSize)
      : bucket(std::move(answers)),
        reader(std::make_shared<const S3Client>(bucket.client()), Retry({3}, clock, random, sleeper),
               {"A/k.bak", "v1", size}) {}
  std::string read(std::uint64_t offset, std::size_t length) {
    Bytes out(length);
    reader.read_at(offset, out);
    return std::string(as_text(out));
  }
  [[nodiscard]] std::vector<std::string> ranges() const {
    std::vector<std::string> all;
    for (const HttpRequest& request : bucket.store().requests()) all.push_back(request.header("range"));
    return all;
  }
};

}  // namespace

TEST_CASE("A look at head and tail transfers these bytes alone") {
  const std::string content = filler(1, kSize);
  Scene scene(parts_of(content, {{0, 20'479}, {2'999'816, 2'999'999}}));
  CHECK(scene.read(0, 20'480) == content.substr(0, 20'480));
  CHECK(scene.read(kSize - 184, 184) == content.substr(kSize - 184));
  CHECK(scene.ranges() == std::vector<std::string>{"bytes=0-20479", "bytes=2999816-2999999"});
  for (const HttpRequest& request : scene.bucket.store().requests()) CHECK(request.query.at("versionId") == "v1");
}

TEST_CASE("A pass over the object fetches ahead, twice as much each time") {
  const std::string content = filler(1, kSize);
  Scene scene(parts_of(
      content, {{0, 16'383}, {16'384, 278'527}, {278'528, 802'815}, {802'816, 1'851'391}, {1'851'392, 2'999'999}}));
  std::string all;
  for (std::uint64_t offset = 0; offset < kSize; offset += 16'384) {
    all += scene.read(offset, static_cast<std::size_t>(std::min<std::uint64_t>(16'384, kSize - offset)));
  }
  CHECK((all == content));
  CHECK(scene.ranges().size() == 5);
}

TEST_CASE("A pass that was begun ahead takes one request less, and a short object one in all") {
  const std::string content = filler(1, kSize);
  Scene scene(parts_of(content, {{0, 262'143}, {262'144, 786'431}, {786'432, 1'835'007}, {1'835'008, 2'999'999}}));
  scene.reader.begin();
  std::string all;
  for (std::uint64_t offset = 0; offset < kSize; offset += 16'384) {
    all += scene.read(offset, static_cast<std::size_t>(std::min<std::uint64_t>(16'384, kSize - offset)));
  }
  CHECK((all == content));
  CHECK(scene.ranges().size() == 4);

  const std::string brief = filler(2, 100);
  Scene one(parts_of(brief, {{0, 99}}), brief.size());
  one.reader.begin();
  CHECK(one.read(0, 60) == brief.substr(0, 60));
  CHECK(one.read(60, 40) == brief.substr(60));
  CHECK(one.ranges().size() == 1);
}

TEST_CASE("A read that straddles what was fetched ahead gets both halves right") {
  const std::string content = filler(1, kSize);
  Scene scene(parts_of(content, {{0, 99}, {100, 262'243}, {262'244, 262'343}, {0, 9}}));
  CHECK(scene.read(0, 100) == content.substr(0, 100));
  CHECK(scene.read(100, 100) == content.substr(100, 100));
  CHECK(scene.read(262'144, 200) == content.substr(262'144, 200));
  CHECK(scene.read(0, 10) == content.substr(0, 10));
}

TEST_CASE("Past the end is damage, nothing is nothing, and neither asks the store") {
  Scene scene({});
  Bytes out(1);
  CHECK(error_of([&] { scene.reader.read_at(kSize, out); }).code() == ErrorCode::damaged);
  CHECK(error_of([&] { scene.reader.read_at(UINT64_MAX, out); }).code() == ErrorCode::damaged);
  scene.reader.read_at(kSize, {});
  CHECK(scene.reader.size() == kSize);
  CHECK(scene.ranges().empty());
}

TEST_CASE("A download that breaks is taken up again, and given up with its name after the last attempt") {
  const std::string content = filler(1, kSize);
  auto answers = parts_of(content, {{5, 14}});
  StoreAnswer torn = answers[0];
  torn.body.resize(4);
  torn.declared = 10;
  answers.insert(answers.begin(), torn);
  // Without an answer on a connection that was kept, libcurl asks once more on a fresh one by itself.
  answers.insert(answers.end(), {hung_up(), hung_up(), failure(503, "SlowDown"), hung_up(), hung_up()});
  Scene scene(answers);
  CHECK(scene.read(5, 10) == content.substr(5, 10));
  CHECK(scene.sleeper.slept.size() == 1);
  Bytes out(10);
  const Error error = error_of([&] { scene.reader.read_at(50, out); });
  CHECK(error.code() == ErrorCode::unreachable);
  CHECK(error.subject() == "A/k.bak");
  CHECK(scene.ranges().size() == 7);
}
