#include <fmt/format.h>

#include "base/error.h"
#include "base/stream.h"
#include "base/translate.h"
#include "check.h"
#include "cli/output.h"
#include "model/anomaly.h"
#include "os/space.h"
#include "replicas/installation.h"
#include "service/places/canary.h"
#include "service/places/check_replica.h"
#include "service/places/places.h"
#include "service/places/residency_record.h"

namespace coffre {
namespace {

// One object a place keeps for ever: shows that it takes, keeps and gives back.
constexpr std::string_view kProbePath = "_coffre/PROBE";

CheckLine good(std::string subject, std::string text) {
  return {CheckArea::other, CheckState::good, std::move(subject), std::move(text), {}};
}

CheckLine failed_with(const std::string& subject, const Error& error) {
  const CheckArea area = error.code() == ErrorCode::rule ? CheckArea::rule : CheckArea::other;
  return {area, CheckState::failed, subject, error.what(), {}};
}

CheckLine space_line(const LocalVolume& volume) {
  constexpr double kPercent = 100.0;
  const Space space = volume.space();
  const SpaceLevel level = level_of(space);
  CheckLine line = good(tr("space on the local volume"),
                        fmt::format(fmt::runtime(tr("{:.0f} % free")), space.free_share() * kPercent));
  if (level == SpaceLevel::ample) return line;
  line.state = level == SpaceLevel::reserve ? CheckState::failed : CheckState::warning;
  line.remedy = tr("Enlarge the volume; nothing is ever deleted to make room");
  return line;
}

CheckLine encryption_line(const Settings& settings, const LocalVolume& volume) {
  const VolumeVerdict verdict = volume.verdict();
  CheckLine line{CheckArea::rule, CheckState::good, tr("local volume"), verdict.reason, {}};
  if (settings.local.encryption == EncryptionDemand::none) {
    line.state = CheckState::warning;
    line.text = fmt::format(fmt::runtime(tr("`encryption: none` in the configuration ({})")), verdict.reason);
    line.remedy = tr("Put it on a LUKS volume: deploy/luks-volume --help");
  } else if (!verdict.encrypted) {
    line.state = CheckState::failed;
  }
  return line;
}

// What a bucket must keep saying of itself. Whoever orders a lock orders copies that nobody can remove or overwrite:
// anything less is not as it was ordered (security-design.md section 4, row 23). `lock: none` is said aloud.
void add_concerns(CheckLines& lines, const Settings& settings, const Replica& cloud) {
  if (!settings.cloud.bucket) return;
  const std::string subject = tr("second place");
  lines.push_back(
      good(subject, fmt::format(fmt::runtime(tr("residency: {}")), residency_text(*settings.cloud.bucket))));
  const BucketLock lock = settings.cloud.bucket->lock;
  for (const std::string& concern : cloud.properties().concerns) {
    lines.push_back({CheckArea::other, CheckState::warning, subject, concern, {}});
  }
  if (lock == BucketLock::none || cloud.properties().concerns.empty()) return;
  lines.push_back(
      {CheckArea::rule, CheckState::failed, subject,
       tr("the copies are not immutable, although the configuration says `lock:`"),
       cloud.properties().locks && lock == BucketLock::governance
           ? tr("Write `lock: compliance`")
           : tr("Use a bucket that was made with Object Lock; it cannot be added to every bucket afterwards")});
}

// A lock that nobody tries is not known to hold, and nobody hears of a timer that has stopped (rule 8).
void add_canary(CheckLines& lines, cli::Composition& made) {
  const auto& bucket = made.settings.cloud.bucket;
  if (!bucket || bucket->lock == BucketLock::none) return;
  CheckLine line = good(tr("canary of the locks"), "");
  if (bucket->deleter.empty()) {
    line.state = CheckState::warning;
    line.text = tr("without a key that may delete nobody can try whether a locked version is refused");
    line.remedy = tr("Name one as `deleter:` in coffre.yaml, and store it: backupd secret set NAME --user ACCESS-KEY");
    lines.push_back(line);
    return;
  }
  const auto canary = last_canary(made.at->catalog, place_of(made.settings.cloud));
  line.remedy = tr("Once a day, by a timer: restore-cli check-replica --canary");
  if (!canary) {
    line.state = CheckState::failed;
    line.text = tr("it was never asked whether a locked version is refused");
  } else {
    const std::string when = cli::dated_text(canary->at, *made.at->zones.installation);
    line.text = fmt::format("{}{}{}", when, tr(": "), canary->finding.found);
    if (canary->finding.verdict == CanaryVerdict::broken) {
      line.area = CheckArea::rule;
      line.state = CheckState::failed;
      line.remedy = tr(rule_of(AnomalyCode::lock_broken).remedy);
    } else if (is_silent(canary, made.at->clock.now())) {
      line.state = CheckState::failed;
      line.text = fmt::format(fmt::runtime(tr("nothing was measured for more than two days; {}")), line.text);
    } else if (canary->finding.verdict == CanaryVerdict::held) {
      line.remedy.clear();
    } else {
      line.state = CheckState::warning;
    }
  }
  lines.push_back(line);
}

}  // namespace

CheckLines check_local_place(const Settings& settings, const std::string& installation_id) {
  CheckLines lines;
  try {
    const auto volume = open_local(settings);
    lines.push_back(encryption_line(settings, *volume));
    require_installation(*volume, installation_id);
    lines.push_back(good(tr("local volume"), fmt::format(fmt::runtime(tr("ours: {}")), settings.local.path.string())));
    lines.push_back(space_line(*volume));
  } catch (const Error& error) {
    lines.push_back(failed_with(tr("local volume"), error));
  }
  return lines;
}

CheckLines check_second_place(cli::Composition& made) {
  const Settings& settings = made.settings;
  const std::string& installation_id = made.at->id;
  CheckLines lines;
  const std::string subject = tr("second place");
  try {
    const auto cloud = open_cloud(settings, cli::store_access(made));
    add_concerns(lines, settings, *cloud);
    require_installation(*cloud, installation_id);
    const std::string probe = "coffre-probe " + installation_id + "\n";
    const MemoryReader content(as_bytes(probe));
    const Digest digest = sha256(as_bytes(probe));
    const PutResult put = cloud->put_if_absent(kProbePath, content, digest);
    const auto back = cloud->open(kProbePath);
    const bool kept = put != PutResult::conflict_other_content && back != nullptr && content_digest(*back) == digest;
    if (kept) {
      lines.push_back(
          good(subject, fmt::format(fmt::runtime(tr("ours, and keeps what is put: {}")), settings.cloud.location)));
    } else {
      lines.push_back({CheckArea::other, CheckState::failed, subject, tr("it does not give back what was put there"),
                       tr("Look at the place itself; until then no backup counts as replicated")});
    }
  } catch (const Error& error) {
    lines.push_back(failed_with(subject, error));
  }
  add_canary(lines, made);
  if (settings.local.location == settings.cloud.location) {
    lines.push_back({CheckArea::other, CheckState::warning, subject, tr("both places say the same location"),
                     tr("Two copies in one place burn together: change `location:` or the place")});
  }
  return lines;
}

}  // namespace coffre
