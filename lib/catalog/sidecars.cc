#include "catalog/sidecars.h"

#include "base/text.h"
#include "catalog/session.h"

namespace coffre {
namespace {

constexpr const char* kPut =
    "INSERT INTO sidecars (digest, replica, epoch, full_recipients, seen_at) VALUES (:digest, :replica, :epoch, "
    ":full_recipients, :seen_at) ON CONFLICT (digest, replica, epoch) DO UPDATE SET full_recipients = "
    "excluded.full_recipients, seen_at = excluded.seen_at";
constexpr const char* kSelectOf =
    "SELECT replica, epoch, full_recipients, seen_at FROM sidecars WHERE digest = :digest ORDER BY replica, epoch";
constexpr const char* kSelectAll =
    "SELECT digest, replica, epoch, full_recipients, seen_at FROM sidecars ORDER BY digest, replica, epoch";

constexpr char kSeparator = ' ';

std::vector<std::string> recipients_of(const std::string& text) {
  std::vector<std::string> recipients;
  for (const std::string_view recipient : split(text, kSeparator)) recipients.emplace_back(recipient);
  return recipients;
}

}  // namespace

void put_sidecar(Session& session, const Digest& digest, const SidecarRow& sidecar) {
  session.run(kPut, {digest, sidecar.replica, sidecar.epoch, join(sidecar.full_recipients, std::string(1, kSeparator)),
                     sidecar.seen_at});
}

std::vector<SidecarRow> sidecars_of(Session& session, const Digest& digest) {
  std::vector<SidecarRow> rows;
  SidecarRow row;
  std::string recipients;
  session.each(kSelectOf, {digest}, {&row.replica, &row.epoch, &recipients, &row.seen_at}, [&] {
    row.full_recipients = recipients_of(recipients);
    rows.push_back(row);
  });
  return rows;
}

std::map<Digest, std::vector<SidecarRow>> all_sidecars(Session& session) {
  std::map<Digest, std::vector<SidecarRow>> all;
  Digest digest{};
  SidecarRow row;
  std::string recipients;
  session.each(kSelectAll, {}, {&digest, &row.replica, &row.epoch, &recipients, &row.seen_at}, [&] {
    row.full_recipients = recipients_of(recipients);
    all[digest].push_back(row);
  });
  return all;
}

}  // namespace coffre
