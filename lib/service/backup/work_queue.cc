#include "service/backup/work_queue.h"

#include <set>
#include <utility>

namespace coffre {

WorkQueue::WorkQueue(std::vector<Item> items, Limits limits)
    : items_(std::move(items)),
      limits_(limits),
      started_(items_.size(), false),
      remaining_(items_.size()),
      asking_(items_.size(), false) {
  std::set<std::pair<std::string, std::string>> stopped;
  for (const Item& item : items_) {
    if (item.credential_stopped && stopped.emplace(item.site, item.credential).second) ++refusals_at_site_[item.site];
  }
}

std::optional<QueuedWork> WorkQueue::next() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopped_ || nothing_left()) return std::nullopt;
    if (auto work = pick()) return work;
    changed_.wait(lock);
  }
}

bool WorkQueue::nothing_left() const {
  return remaining_ == 0;
}

std::optional<QueuedWork> WorkQueue::pick() {
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (started_[i]) continue;
    const Item& item = items_[i];
    if (running_at_site_[item.site] >= limits_.per_site) continue;
    CredentialState& credential = credentials_[item.credential];
    if (!item.credential.empty() && credential == CredentialState::asking) continue;

    QueuedWork work{.index = i, .verdict = WorkVerdict::run};
    if (item.credential_stopped) {
      // Nothing is asked of the device: the job tells who stopped it, and when.
    } else if (!item.credential.empty() && credential == CredentialState::refused) {
      work.verdict = WorkVerdict::credential_stopped;
    } else if (refusals_at_site_[item.site] >= limits_.refusals_per_site) {
      work.verdict = WorkVerdict::site_stopped;
    } else if (!item.credential.empty() && credential == CredentialState::unknown) {
      if (refusals_at_site_[item.site] + asking_at_site_[item.site] >= limits_.refusals_per_site) continue;
      credential = CredentialState::asking;
      asking_[i] = true;
      ++asking_at_site_[item.site];
    }
    started_[i] = true;
    --remaining_;
    ++running_at_site_[item.site];
    // The last job handed out: whoever still waits has nothing to wait for.
    if (remaining_ == 0) changed_.notify_all();
    return work;
  }
  return std::nullopt;
}

void WorkQueue::settle(std::size_t index, CredentialAnswer answer) {
  const Item& item = items_[index];
  if (item.credential.empty()) return;
  CredentialState& state = credentials_[item.credential];
  if (answer == CredentialAnswer::good && state != CredentialState::refused) state = CredentialState::good;
  if (answer == CredentialAnswer::refused) {
    if (state != CredentialState::refused) ++refusals_at_site_[item.site];
    state = CredentialState::refused;
  }
  // Not asked (device down before the login): the next job asks instead.
  if (answer == CredentialAnswer::not_asked && asking_[index]) state = CredentialState::unknown;
  if (asking_[index]) --asking_at_site_[item.site];
  asking_[index] = false;
}

void WorkQueue::credential_answered(std::size_t index, CredentialAnswer answer) {
  const std::lock_guard lock(mutex_);
  settle(index, answer);
  changed_.notify_all();
}

void WorkQueue::done(std::size_t index) {
  const std::lock_guard lock(mutex_);
  if (asking_[index]) settle(index, CredentialAnswer::not_asked);
  --running_at_site_[items_[index].site];
  changed_.notify_all();
}

void WorkQueue::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

}  // namespace coffre
