#include "service/backup/work_queue.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

namespace coffre {
namespace {

WorkQueue::Item item(std::string site, std::string credential) {
  return {.site = std::move(site), .credential = std::move(credential)};
}

TEST_CASE("every job is handed out exactly once, whatever the number of workers") {
  std::vector<WorkQueue::Item> items;
  for (int i = 0; i < 200; ++i) items.push_back(item("S" + std::to_string(i % 7), "c" + std::to_string(i % 11)));
  WorkQueue queue(items, {.per_site = 3, .refusals_per_site = 3});
  std::vector<std::atomic<int>> handed(items.size());
  std::vector<std::thread> workers;
  for (int w = 0; w < 16; ++w) {
    workers.emplace_back([&] {
      while (const auto work = queue.next()) {
        ++handed[work->index];
        queue.credential_answered(work->index, CredentialAnswer::good);
        queue.done(work->index);
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  for (const auto& count : handed) CHECK(count == 1);
}

TEST_CASE("a site never has more jobs running than allowed") {
  WorkQueue queue({item("A", ""), item("A", ""), item("A", ""), item("B", "")},
                  {.per_site = 2, .refusals_per_site = 3});
  CHECK(queue.next()->index == 0);
  CHECK(queue.next()->index == 1);
  CHECK(queue.next()->index == 3);  // A is full: the next one is B's
  queue.done(0);
  CHECK(queue.next()->index == 2);
  CHECK_FALSE(queue.next());
}

TEST_CASE("while a credential's first answer is awaited, no other job with it starts") {
  WorkQueue queue({item("A", "shared"), item("B", "shared"), item("C", "own")},
                  {.per_site = 8, .refusals_per_site = 3});
  CHECK(queue.next()->index == 0);
  CHECK(queue.next()->index == 2);
  queue.credential_answered(0, CredentialAnswer::good);
  const auto second = queue.next();
  CHECK(second->index == 1);
  CHECK(second->verdict == WorkVerdict::run);
}

TEST_CASE("a refused credential stops every other job with it, without asking a device") {
  WorkQueue queue({item("A", "shared"), item("B", "shared")}, {.per_site = 8, .refusals_per_site = 3});
  CHECK(queue.next()->index == 0);
  queue.credential_answered(0, CredentialAnswer::refused);
  CHECK(queue.next()->verdict == WorkVerdict::credential_stopped);
}

TEST_CASE("a device that was down before its login lets the next one ask") {
  WorkQueue queue({item("A", "shared"), item("B", "shared"), item("C", "shared")},
                  {.per_site = 8, .refusals_per_site = 3});
  CHECK(queue.next()->index == 0);
  queue.done(0);  // never answered a login
  const auto second = queue.next();
  CHECK(second->index == 1);
  CHECK(second->verdict == WorkVerdict::run);
}

TEST_CASE("three refusals at one site stop the site, and no other") {
  WorkQueue queue({item("A", "c1"), item("A", "c2"), item("A", "c3"), item("A", "c4"), item("B", "c5")},
                  {.per_site = 8, .refusals_per_site = 3});
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(queue.next()->index == i);
    queue.credential_answered(i, CredentialAnswer::refused);
  }
  const auto fourth = queue.next();
  CHECK(fourth->index == 3);
  CHECK(fourth->verdict == WorkVerdict::site_stopped);
  CHECK(queue.next()->verdict == WorkVerdict::run);
}

TEST_CASE("after stop nothing further is handed out, and waiting workers leave") {
  WorkQueue queue({item("A", "shared"), item("B", "shared")}, {.per_site = 8, .refusals_per_site = 3});
  CHECK(queue.next()->index == 0);
  std::thread waiting([&] { CHECK_FALSE(queue.next()); });
  queue.stop();
  waiting.join();
}

TEST_CASE("no more passwords are tried at a site at once than may still be refused there") {
  std::vector<WorkQueue::Item> items;
  for (int i = 0; i < 8; ++i) items.push_back(item("A", "own-" + std::to_string(i)));
  items.push_back(item("B", "elsewhere"));
  WorkQueue queue(items, {.per_site = 8, .refusals_per_site = 3});
  CHECK(queue.next()->index == 0);
  CHECK(queue.next()->index == 1);
  CHECK(queue.next()->index == 2);
  CHECK(queue.next()->index == 8);  // three answers are awaited at A: nobody else tries there
  queue.credential_answered(0, CredentialAnswer::good);
  CHECK(queue.next()->index == 3);
  for (const std::size_t index : {1U, 2U, 3U}) queue.credential_answered(index, CredentialAnswer::refused);
  for (int i = 4; i < 8; ++i) CHECK(queue.next()->verdict == WorkVerdict::site_stopped);
}

TEST_CASE("credentials that an earlier run stopped count at their site, and their own jobs only say so") {
  WorkQueue::Item first = item("A", "one");
  WorkQueue::Item twin = item("A", "one");
  WorkQueue::Item second = item("A", "two");
  WorkQueue::Item third = item("A", "three");
  for (WorkQueue::Item* stopped : {&first, &twin, &second, &third}) stopped->credential_stopped = true;
  SECTION("three stop the site") {
    WorkQueue queue({first, twin, second, third, item("A", "four"), item("B", "four")}, {});
    for (int i = 0; i < 4; ++i) CHECK(queue.next()->verdict == WorkVerdict::run);
    CHECK(queue.next()->verdict == WorkVerdict::site_stopped);
    CHECK(queue.next()->verdict == WorkVerdict::run);
  }
  SECTION("two of them, one used twice, leave one to be tried") {
    WorkQueue queue({first, twin, second, item("A", "four"), item("A", "five"), item("B", "six")}, {});
    for (int i = 0; i < 3; ++i) CHECK(queue.next()->verdict == WorkVerdict::run);
    CHECK(queue.next()->index == 3);
    CHECK(queue.next()->index == 5);  // "five" waits for the answer to "four"
  }
}

}  // namespace
}  // namespace coffre
