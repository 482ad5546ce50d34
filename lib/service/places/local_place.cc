#include "service/places/local_place.h"

#include "catalog/anomalies.h"

namespace coffre {
namespace {

AnomalyCode matter_of(const Error& error) {
  if (error.category() == "VOLUME_NOT_ENCRYPTED") return AnomalyCode::volume_not_encrypted;
  return error.code() == ErrorCode::no_space ? AnomalyCode::disk_space : AnomalyCode::replica_unavailable;
}

}  // namespace

void note_local_failure(Database& catalog, const Error& error, Instant now) {
  catalog.write([&](Session& session) {
    open_anomaly(session, matter_of(error), kLocalReplica, error.finding_on(kLocalReplica), now);
  });
}

void close_local_matters(Installation& at) {
  const VolumeVerdict verdict = at.local->verdict();
  // An unencrypted one passes only when the configuration says `encryption: none` aloud: a warning, no open matter.
  const std::string encryption = verdict.encrypted ? verdict.reason : "encryption: none in the configuration";
  at.catalog.write([&](Session& session) {
    const Instant now = at.clock.now();
    close_anomaly(session, AnomalyCode::replica_unavailable, kLocalReplica, "the volume is there again", now);
    close_anomaly(session, AnomalyCode::disk_space, kLocalReplica, "there is room again", now);
    close_anomaly(session, AnomalyCode::volume_not_encrypted, kLocalReplica, encryption, now);
  });
}

}  // namespace coffre
