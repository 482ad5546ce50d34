// What the bucket does when a store misbehaves in ways that the real one cannot be brought to; the rest is in
// tests/integration/s3.
#include "replicas/s3/bucket.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "scripted_bucket.h"
#include "support/print_instant.h"

using namespace coffre;
using namespace coffre::test;
using namespace coffre::simulator;
using namespace std::chrono_literals;

namespace {

const std::string kPath = "A/k.bak";
const std::string kContent = "content";
const Instant kUntil = std::chrono::floor<Seconds>(std::chrono::system_clock::now()) + std::chrono::days(30);

PutResult put(Bucket& bucket, std::optional<Instant> locked_until = std::nullopt) {
  const MemoryReader content(as_bytes(kContent));
  return bucket.put_if_absent(kPath, content, sha256(as_bytes(kContent)), {locked_until});
}

StoreAnswer listed(const std::string& version = "v1") {
  return versions({{kPath, version, kContent.size()}});
}

StoreAnswer content_of(const std::string& text) {
  return {
      206, {{"Content-Range", "bytes 0-" + std::to_string(text.size() - 1) + "/" + std::to_string(text.size())}}, text};
}

std::vector<StoreAnswer> with_locks(std::vector<StoreAnswer> more) {
  more.insert(more.begin(), {versioning_enabled(), lock_enabled()});
  return more;
}

// What was asked after the two questions of opening.
std::vector<std::string> asked(const ScriptedBucket& scene) {
  std::vector<std::string> all = scene.store().seen();
  all.erase(all.begin(), all.begin() + 2);
  return all;
}

}  // namespace

TEST_CASE("SlowDown and a store in trouble are tried again with growing pauses, within bounds") {
  ScriptedBucket scene(with_locks({plain(503), failure(500, "InternalError"), absent(), stored("v1"), listed()}));
  const auto bucket = scene.open();
  CHECK(put(*bucket) == PutResult::stored);
  CHECK(asked(scene) ==
        std::vector<std::string>{"HEAD " + kPath, "HEAD " + kPath, "HEAD " + kPath, "PUT " + kPath, "GET ?versions"});
  CHECK(scene.slept() == std::vector<std::chrono::milliseconds>{2000ms, 1000ms});
}

TEST_CASE("A store that says SlowDown for ever is unreachable after the last attempt") {
  std::vector<StoreAnswer> answers = with_locks({absent()});
  for (int i = 0; i < 10; ++i) answers.insert(answers.end(), {failure(503, "SlowDown"), absent()});
  ScriptedBucket scene(answers);
  const auto bucket = scene.open();
  const Error error = error_of([&] { put(*bucket); });
  CHECK(error.code() == ErrorCode::unreachable);
  CHECK(error.category() == "SlowDown");
  CHECK(error.subject() == kPath);
  CHECK(scene.slept().size() == 4);
}

TEST_CASE("After a put whose answer was lost the store is asked, and the object found is taken when it is ours") {
  SECTION("it arrived") {
    ScriptedBucket scene(
        with_locks({absent(), hung_up(), found(kContent.size(), "v1"), listed(), content_of(kContent)}));
    CHECK(put(*scene.open()) == PutResult::stored);
    CHECK(asked(scene) == std::vector<std::string>{"HEAD " + kPath, "PUT " + kPath, "HEAD " + kPath, "GET ?versions",
                                                   "GET " + kPath + "?versionId"});
  }
  SECTION("it did not") {
    ScriptedBucket scene(
        with_locks({absent(), hung_up(), absent(), versions({}), absent(), stored("v2"), listed("v2")}));
    CHECK(put(*scene.open()) == PutResult::stored);
  }
  SECTION("somebody else's did") {
    ScriptedBucket scene(with_locks({absent(), hung_up(), found(7, "v1"), listed(), content_of("another")}));
    CHECK(put(*scene.open()) == PutResult::conflict_other_content);
  }
}

TEST_CASE("What was just put is read back by the version that the put has found, from its beginning, in one request") {
  ScriptedBucket scene(with_locks({absent(), stored("v1"), listed(), content_of(kContent), listed()}));
  const auto bucket = scene.open();
  CHECK(put(*bucket) == PutResult::stored);
  const auto reader = bucket->open(kPath);
  REQUIRE(reader != nullptr);
  CHECK(content_digest(*reader) == sha256(as_bytes(kContent)));
  const std::string read = "GET " + kPath + "?versionId";
  CHECK(asked(scene) == std::vector<std::string>{"HEAD " + kPath, "PUT " + kPath, "GET ?versions", read});
  CHECK(scene.store().requests().back().query.at("versionId") == "v1");
  CHECK(bucket->open(kPath) != nullptr);  // asked anew from now on
  CHECK(asked(scene).back() == "GET ?versions");
}

TEST_CASE("An object that was removed between the put and the first look at it is absent, not damaged") {
  std::vector<StoreAnswer> answers{absent(), stored("v1"), listed()};
  answers.insert(answers.end(), 5, absent());  // that version, as often as it is asked for
  answers.insert(answers.end(), {versions({}), absent()});
  ScriptedBucket scene(with_locks(answers));
  const auto bucket = scene.open();
  CHECK(put(*bucket) == PutResult::stored);
  CHECK(bucket->open(kPath) == nullptr);
}

TEST_CASE("Where the listing lags behind the put, the first look lists again") {
  ScriptedBucket scene(with_locks(
      {absent(), stored("v2"), versions({}), found(kContent.size(), "v2"), listed("v1"), content_of("another")}));
  const auto bucket = scene.open();
  CHECK(put(*bucket) == PutResult::stored);
  const auto reader = bucket->open(kPath);  // somebody was faster, as is seen now
  REQUIRE(reader != nullptr);
  CHECK(content_digest(*reader) == sha256(as_bytes(std::string("another"))));
  CHECK(scene.store().requests().back().query.at("versionId") == "v1");
}

TEST_CASE("An older version than ours has won: the same content is as good as stored, other content is a conflict") {
  const StoreAnswer both = versions({{kPath, "v2", kContent.size()}, {kPath, "v1", kContent.size()}});
  SECTION("same") {
    ScriptedBucket scene(with_locks({absent(), stored("v2"), both, content_of(kContent)}));
    CHECK(put(*scene.open()) == PutResult::stored);
  }
  SECTION("other") {
    ScriptedBucket scene(with_locks({absent(), stored("v2"), both, content_of("another")}));
    CHECK(put(*scene.open()) == PutResult::conflict_other_content);
  }
  SECTION("hidden by a delete marker: found all the same") {
    ScriptedBucket scene(
        with_locks({versions({{kPath, "d2", 0, true}, {kPath, "v1", kContent.size()}}), content_of(kContent)}));
    const auto reader = scene.open()->open(kPath);
    REQUIRE(reader != nullptr);
    Bytes bytes(kContent.size());
    reader->read_at(0, bytes);
    CHECK(as_text(bytes) == kContent);
    CHECK(scene.store().requests().back().query.at("versionId") == "v1");
  }
}

TEST_CASE("A lock that the store ignores is set afterwards; ignored again it is a failure with words") {
  const std::string far = to_rfc3339(kUntil + std::chrono::days(1));
  const std::string near = to_rfc3339(kUntil - Seconds(1));
  const StoreAnswer bare = found(kContent.size(), "v1");
  struct Row {
    const char* name;
    std::vector<StoreAnswer> after_listing;
    bool good;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"there at once", {locked(bare, "COMPLIANCE", to_rfc3339(kUntil))}, true},
      {"longer than asked", {locked(bare, "COMPLIANCE", far)}, true},
      {"set afterwards", {bare, plain(200), locked(bare, "COMPLIANCE", far)}, true},
      {"ignored", {bare, plain(200), bare}, false},
      {"too short", {locked(bare, "COMPLIANCE", near), plain(200), locked(bare, "COMPLIANCE", near)}, false},
      {"weaker", {locked(bare, "GOVERNANCE", far), plain(200), locked(bare, "GOVERNANCE", far)}, false},
  }));
  CAPTURE(row.name);
  std::vector<StoreAnswer> answers = with_locks({absent(), stored("v1"), listed()});
  answers.insert(answers.end(), row.after_listing.begin(), row.after_listing.end());
  ScriptedBucket scene(answers);
  const auto bucket = scene.open();
  if (row.good) {
    CHECK(put(*bucket, kUntil) == PutResult::stored);
  } else {
    const Error error = error_of([&] { put(*bucket, kUntil); });
    CHECK(error.code() == ErrorCode::unsupported);
    CHECK(error.category() == "LOCK_IGNORED");
    CHECK(std::string(error.what()).find("did not lock it until " + to_rfc3339(kUntil)) != std::string::npos);
  }
  const HttpRequest sent = scene.store().requests()[3];
  CHECK(sent.header("x-amz-object-lock-mode") == "COMPLIANCE");
  CHECK(sent.header("x-amz-object-lock-retain-until-date") == to_rfc3339(kUntil));
  CHECK(scene.store().requests()[5].query.at("versionId") == "v1");
}

TEST_CASE("No lock is asked for while the clocks disagree or the date is too far; nothing is put") {
  StoreAnswer other_time = absent();
  other_time.headers = {{"Date", "Thu, 26 Nov 2020 12:00:00 GMT"}};
  ScriptedBucket scene(with_locks({other_time}));
  const auto bucket = scene.open();
  const Error clock = error_of([&] { put(*bucket, kUntil); });
  CHECK(clock.code() == ErrorCode::rule);
  CHECK(clock.category() == "CLOCK");
  CHECK(clock.reason().find("ahead of the store's") != std::string::npos);
  const Error far = error_of([&] { put(*bucket, kUntil + std::chrono::days(500)); });
  CHECK(far.code() == ErrorCode::rule);
  CHECK(far.category() == "LOCK_DATE");
  CHECK(asked(scene) == std::vector<std::string>{"HEAD " + kPath});
}

TEST_CASE("A lock for a time that has passed is none") {
  ScriptedBucket scene(with_locks({absent(), stored("v1"), listed()}));
  CHECK(put(*scene.open(), kUntil - std::chrono::days(31)) == PutResult::stored);
  CHECK(scene.store().requests()[3].header("x-amz-object-lock-mode").empty());
}

TEST_CASE("An ETag that is not the content's MD5 is a doubt, and doubt is read back") {
  StoreAnswer doubtful = stored("v1");
  doubtful.headers.emplace_back("ETag", "\"00000000000000000000000000000000\"");
  SECTION("the content is right") {
    ScriptedBucket scene(with_locks({absent(), doubtful, listed(), content_of(kContent)}));
    CHECK(put(*scene.open()) == PutResult::stored);
  }
  SECTION("it is not") {
    ScriptedBucket scene(with_locks({absent(), doubtful, listed(), content_of("c0ntent")}));
    const auto bucket = scene.open();
    const Error error = error_of([&] { put(*bucket); });
    CHECK(error.code() == ErrorCode::damaged);
    CHECK(error.reason().find("something else than what was sent") != std::string::npos);
  }
  SECTION("a store that encrypts has other ETags") {
    doubtful.headers.emplace_back("x-amz-server-side-encryption", "AES256");
    ScriptedBucket scene(with_locks({absent(), doubtful, listed()}));
    CHECK(put(*scene.open()) == PutResult::stored);
  }
}

TEST_CASE("A listing that lags behind does not lose what is there") {
  SECTION("for a head") {
    ScriptedBucket scene(with_locks({versions({}), found(7, "v1")}));
    const auto info = scene.open()->head(kPath);
    REQUIRE(info.has_value());
    CHECK(info->size == 7);
  }
  SECTION("for a put") {
    ScriptedBucket scene(with_locks({absent(), stored("v1"), versions({}), found(kContent.size(), "v1")}));
    CHECK(put(*scene.open()) == PutResult::stored);
  }
}

TEST_CASE("What the store took is waited for, never sent twice, while it does not show it yet") {
  const auto puts = [](const ScriptedBucket& scene) {
    const std::vector<std::string> all = asked(scene);
    return std::count(all.begin(), all.end(), "PUT " + kPath);
  };
  SECTION("neither listed nor found by its key") {
    ScriptedBucket scene(with_locks({absent(), stored("v1"), versions({}), absent(), absent(), listed()}));
    CHECK(put(*scene.open()) == PutResult::stored);
    CHECK(puts(scene) == 1);
  }
  SECTION("its answer was lost, and only the listing knows it") {
    ScriptedBucket scene(with_locks({absent(), hung_up(), absent(), listed(), listed(), content_of(kContent)}));
    CHECK(put(*scene.open()) == PutResult::stored);
    CHECK(puts(scene) == 1);
  }
  SECTION("listed, and not found by its key when the lock is read back") {
    const StoreAnswer found_locked = locked(found(kContent.size(), "v1"), "COMPLIANCE", to_rfc3339(kUntil));
    ScriptedBucket scene(with_locks({absent(), stored("v1"), listed(), absent(), absent(), listed(), found_locked}));
    CHECK(put(*scene.open(), kUntil) == PutResult::stored);
    CHECK(puts(scene) == 1);
  }
  SECTION("for ever: not there as far as anybody can say") {
    std::vector<StoreAnswer> answers = with_locks({absent(), stored("v1"), versions({}), absent()});
    for (int i = 0; i < 20; ++i) answers.insert(answers.end(), {absent(), versions({}), absent()});
    ScriptedBucket scene(answers);
    const auto bucket = scene.open();
    const Error error = error_of([&] { put(*bucket); });
    CHECK(error.code() == ErrorCode::unreachable);
    CHECK(puts(scene) == 1);
  }
}

TEST_CASE("What the bucket lacks stays visible as a concern") {
  const StoreAnswer never{200, {}, "<VersioningConfiguration/>"};
  ScriptedBucket plain({never, failure(404, "ObjectLockConfigurationNotFoundError")});
  const auto bucket = plain.open();
  CHECK_FALSE(bucket->properties().locks);
  CHECK(bucket->properties().concerns ==
        std::vector<std::string>{"the bucket keeps no versions and is not known to refuse a second writer",
                                 "the bucket has no Object Lock: whoever has the key can delete"});
  ScriptedBucket good(with_locks({}));
  const auto locked_one = good.open();
  CHECK(locked_one->properties().concerns.empty());
  CHECK(locked_one->properties().locks);
}

TEST_CASE("Keys that are no paths are not listed") {
  ScriptedBucket scene(with_locks(
      {versions({{"../x", "v1", 1}, {"/x", "v1", 1}, {"A//x", "v1", 1}, {"A/x", "v1", 1}, {"folder/", "v1", 0}})}));
  std::vector<std::string> paths;
  scene.open()->list("", [&](const ObjectInfo& object) { paths.push_back(object.path); });
  CHECK(paths == std::vector<std::string>{"A/x"});
}

TEST_CASE("A bucket that does not let us ask what it is cannot be opened, and the error names it") {
  ScriptedBucket scene({failure(403, "AccessDenied")});
  const Error error = error_of([&] { scene.open(); });
  CHECK(error.code() == ErrorCode::refused);
  CHECK(error.subject() == "cloud");
}
