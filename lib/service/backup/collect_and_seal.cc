#include "service/backup/collect_and_seal.h"

#include <chrono>

#include "base/error.h"
#include "base/fault_point.h"
#include "base/text.h"
#include "base/translate.h"
#include "bundle/bundle_writer.h"
#include "vault/key_files.h"

namespace coffre {
namespace {

// What a META key can read: enough to rebuild the catalog and to find the right file without opening it.
MetadataRecord metadata_of(const Installation& at, const Driver& driver, const CollectionOrder& order,
                           const DeviceIdentity& identity) {
  const DeviceKey& key = order.device.key;
  const LocalTime local = at.zones.installation->to_local(order.started);
  MetadataRecord record;
  record.set("name", order.name.text());
  record.set("client", key.client.text());
  record.set("site", key.site.text());
  record.set("type", key.type.text());
  record.set("device", key.name.text());
  record.set("vendor", printable(identity.vendor));
  record.set("model", printable(identity.model));
  record.set("serial", printable(identity.serial));
  record.set("firmware", printable(identity.firmware));
  record.set("method", driver.description().name);
  record.set("tool", at.build);
  record.set("recipients_epoch", static_cast<std::int64_t>(at.trust.recipients.epoch));
  record.set("utc_offset", static_cast<std::int64_t>(local.offset.count()));
  record.set("tls_pin", order.device.pin);
  if (!order.ticket.empty()) record.set("ticket", printable(order.ticket));
  if (!order.operator_id.empty()) record.set("operator", printable(order.operator_id));
  return record;
}

std::vector<Recipient> recipients_of(const Installation& at, const Device& device) {
  std::vector<Recipient> own;
  own.reserve(device.recipients.size());
  for (const std::string& line : device.recipients) own.push_back(parse_recipient_line(line, device.key.display()));
  return with_own_recipients(at.trust.recipients, own);
}

SealRequest seal_request(const Installation& at, const Driver& driver, const CollectionOrder& order,
                         const DeviceIdentity& identity) {
  SealRequest request{.kind = order.name.kind,
                      .device_seq = order.position.sequence,
                      .prev_digest = order.position.prev_digest,
                      .created_at = order.started,
                      .metadata = metadata_of(at, driver, order, identity),
                      .recipients = recipients_of(at, order.device)};
  if (!from_hex_exact(order.device_id, request.device_id)) {
    throw Error(ErrorCode::internal, "sealing", "the device's id is not 32 hex digits");
  }
  return request;
}

Manifest manifest_of(const Installation& at, const Driver& driver, const CollectionOrder& order,
                     const DeviceIdentity& before, const DeviceIdentity& after) {
  Manifest manifest;
  manifest.backup_name = order.name.text();
  manifest.driver = driver.description().name;
  manifest.driver_version = driver.description().version;
  manifest.tool = at.build;
  manifest.collected_from = order.started;
  manifest.collected_to = at.clock.now();
  manifest.before = before;
  manifest.after = after;
  manifest.operator_id = order.operator_id;
  manifest.ticket = order.ticket;
  return manifest;
}

bool holds_something(const std::vector<Part>& parts) {
  for (const Part& part : parts) {
    if (part.size > 0) return true;
  }
  return false;
}

PartSizes restore_parts_of(const std::vector<Part>& parts) {
  PartSizes sizes;
  for (const Part& part : parts) {
    if (part.role == PartRole::restore) sizes.emplace(part.name, part.size);
  }
  return sizes;
}

// Runs the collection; an implausible answer becomes a doubt when something was received, and goes on as an error when
// nothing was.
CollectionResult collect_or_doubt(DeviceSession& session, BundleWriter& bundle, std::vector<DoubtReason>& doubts) {
  try {
    return session.collect(bundle);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::implausible) throw;
    if (bundle.has_open_part()) bundle.end_part();
    if (!holds_something(bundle.parts())) throw;
    doubts.push_back({Doubt::implausible_answer, error.step() + tr(": ") + error.reason()});
    return {};
  }
}

// The second look at the device. When the collection is in doubt already, a device that does not answer any more
// changes nothing.
DeviceIdentity identify_again(DeviceSession& session, const DeviceIdentity& before, bool in_doubt) {
  if (!in_doubt) return session.identify();
  try {
    return session.identify();
  } catch (const Error&) {
    return before;
  }
}

}  // namespace

SealedCollection collect_and_seal(Installation& at, DeviceSession& session, const Driver& driver,
                                  const CollectionOrder& order) {
  const DeviceIdentity before = session.identify();
  fault_point("back_up.identified");

  SealedCollection result;
  result.file = at.local->start_file(order.device.key.path());
  const SealRequest request = seal_request(at, driver, order, before);
  Sealer sealer(request, at.keys->signing, *result.file);
  fault_point("back_up.header_written");

  BundleWriter bundle(sealer, order.started);
  CollectionResult collected = collect_or_doubt(session, bundle, result.doubts);
  fault_point("back_up.collected");

  result.identity = identify_again(session, before, !result.doubts.empty());
  fault_point("back_up.identified_again");

  Manifest manifest = manifest_of(at, driver, order, before, result.identity);
  manifest.export_password = std::move(collected.export_password);
  result.restore_parts = restore_parts_of(bundle.parts());
  for (const auto& part : result.restore_parts) result.restore_bytes += part.second;
  const Collected facts{.before = before,
                        .after = result.identity,
                        .restore_bytes = result.restore_bytes,
                        .restore_parts = result.restore_parts};
  for (DoubtReason& reason : doubts(order.expectation, facts)) result.doubts.push_back(std::move(reason));
  bundle.finish(std::move(manifest));

  result.sealed = sealer.finish();
  result.file_key = sealer.take_file_key();
  for (const Recipient& recipient : request.recipients) {
    if (recipient.scope == Scope::full) result.full_recipients.push_back(to_hex(recipient.id()));
  }
  fault_point("back_up.sealed");
  return result;
}

}  // namespace coffre
