// The configuration `coffre.yaml`, typed, with defaults filled in and relative paths resolved. What each key means for
// the person who writes it: schemas/config.schema.json. Plain values; a Settings that exists has been checked.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/translate.h"
#include "model/backup_name.h"
#include "model/device_limits.h"
#include "model/expiry_stop.h"
#include "model/inventory.h"
#include "model/proof.h"
#include "model/retention_policy.h"
#include "model/scrub_policy.h"

namespace coffre {

// House header of printed documents: Référence · Version · Date · Catégorie.
struct DocumentReference {
  std::string reference;
  std::string version;
  std::string category;
};

// The integrator; nothing about it is built in.
struct Organization {
  std::string name;
  std::string address;
  std::filesystem::path logo;  // empty: none
  std::string footer;
  std::map<std::string, DocumentReference>
      documents;  // by document ("intervention_report", ...; "default" for the others)
};

struct InstallationSettings {
  std::string zone = "Europe/Paris";  // form checked only: whether it exists is os/zone_loader's to say
  std::optional<Language> language;   // absent: from the environment
  std::filesystem::path data;         // database, locks of the programs, state
  std::filesystem::path catalog;      // database file
};

// Files. The first four are secret: when $CREDENTIALS_DIRECTORY holds a file of the same name, that one is meant.
struct KeyFiles {
  std::filesystem::path signing;           // coffre-signing-key
  std::filesystem::path catalog_identity;  // coffre-identity ... meta
  std::filesystem::path kek;
  std::filesystem::path dedup;
  std::filesystem::path recipients;  // signed list
  std::filesystem::path signers;     // signed list
  std::filesystem::path root;        // coffre-root
};

enum class EncryptionDemand { required, none };  // none: said aloud, stays visible in check and dashboard

struct LocalReplicaSettings {
  std::filesystem::path path;
  std::string location;  // where it is, who holds it
  EncryptionDemand encryption = EncryptionDemand::required;
  std::vector<std::string> allow_fuse;  // FUSE types whose claim to encrypt is believed: "gocryptfs"
};

enum class BucketStyle { path, virtual_host };           // https://ENDPOINT/BUCKET/KEY, https://BUCKET.ENDPOINT/KEY
enum class BucketLock { compliance, governance, none };  // what each object is asked to be locked with

// Where the data lies by law and contract (config/residency.h). A statement is a person's word for an endpoint that is
// not on our list; `check` and the journal show it.
struct Residency {
  std::string country = "FR";
  std::string statement;  // "" when the endpoint is on the list
  std::string by;
  std::optional<Date> date;
};

struct BucketSettings {
  std::string endpoint;  // "https://host[:port]"
  std::string region;    // of the signature; "" never
  std::string bucket;
  BucketStyle style = BucketStyle::path;
  std::filesystem::path ca_file;  // empty: the system's authorities
  std::string writer;             // name of a stored credential: put, get, list, set retention
  std::string deleter;            // also deletes versions; "": this installation never expires from the bucket
  BucketLock lock = BucketLock::compliance;
  Residency residency;
};

struct CloudReplicaSettings {
  std::filesystem::path directory;       // the embedded stand-in; empty when there is a bucket
  std::optional<BucketSettings> bucket;  // exactly one of both is given
  std::string location;
};

struct RetentionSettings {
  RetentionPolicy policy;
  std::chrono::days announce{14};             // between announcing an expiry and executing it
  unsigned max_percent = kDefaultMaxPercent;  // of a replica's backups, at once
};

struct RunSettings {
  unsigned workers = 64;
  unsigned per_site = 8;  // jobs at one site at the same time: they share its uplink
  DeviceLimits limits;    // towards devices: what is not set here is the driver's to say
};

enum class ExceptionKind { weak_tls };  // RSA < 2048, static RSA, TLS 1.0

// A rule set aside for one device, until a date, by a named person.
struct AllowedException {
  ExceptionKind kind;
  DeviceKey device;
  Date until;
  std::string by;
  std::string reason;
};

struct Settings {
  std::filesystem::path file;  // absolute
  Organization organization;
  InstallationSettings installation;
  KeyFiles keys;
  LocalReplicaSettings local;
  CloudReplicaSettings cloud;
  ProofLevel required_proof = kDefaultRequiredProof;
  std::chrono::seconds read_back_max_age = kReadBackMaxAge;
  RetentionSettings retention;
  ScrubPolicy scrub;
  RunSettings run;
  bool same_machine_station = false;             // `station: same-machine`: identities may lie on this machine
  std::vector<std::filesystem::path> inventory;  // files or globs (`*`, `?` in the last part), absolute
  std::filesystem::path own_drivers;             // `drivers.d`; need not exist
  std::vector<AllowedException> exceptions;
};

}  // namespace coffre
