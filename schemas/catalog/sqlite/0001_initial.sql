-- Catalog, version 1. Meaning of the tables: schemas/catalog/README.md.
-- Times are UTC Unix seconds, digests and bytes lower-case hex, booleans 0/1.

CREATE TABLE schema_history (
  number INTEGER PRIMARY KEY,
  applied_at INTEGER NOT NULL
) STRICT;

CREATE TABLE installation (
  key TEXT NOT NULL PRIMARY KEY CHECK (key <> ''),
  value TEXT NOT NULL
) STRICT;

CREATE TABLE devices (
  id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*'),
  client TEXT NOT NULL CHECK (client <> ''),
  site TEXT NOT NULL CHECK (site <> ''),
  type TEXT NOT NULL CHECK (type <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  expected_vendor TEXT,
  expected_model TEXT,
  expected_serial TEXT,
  expected_firmware TEXT,
  expected_bytes INTEGER CHECK (expected_bytes >= 0),
  last_attempt INTEGER,
  last_success INTEGER,
  last_proven INTEGER,
  next_expected INTEGER,
  last_error TEXT NOT NULL,
  retired INTEGER NOT NULL CHECK (retired IN (0, 1)),
  collect_requested INTEGER NOT NULL CHECK (collect_requested IN (0, 1)),
  UNIQUE (client, site, type, name),
  -- An expectation is there as a whole, or not at all.
  CHECK ((expected_vendor IS NULL) = (expected_bytes IS NULL) AND (expected_model IS NULL) = (expected_bytes IS NULL)
         AND (expected_serial IS NULL) = (expected_bytes IS NULL)
         AND (expected_firmware IS NULL) = (expected_bytes IS NULL))
) STRICT;

CREATE TABLE expected_counts (
  device_id TEXT NOT NULL REFERENCES devices (id),
  name TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (device_id, name)
) STRICT;

CREATE TABLE expected_parts (
  device_id TEXT NOT NULL REFERENCES devices (id),
  name TEXT NOT NULL,
  value INTEGER NOT NULL CHECK (value >= 0), -- bytes
  PRIMARY KEY (device_id, name)
) STRICT;

CREATE TABLE backups (
  digest TEXT NOT NULL PRIMARY KEY CHECK (length(digest) = 64 AND digest NOT GLOB '*[^0-9a-f]*'),
  file_id TEXT NOT NULL CHECK (length(file_id) = 32 AND file_id NOT GLOB '*[^0-9a-f]*'),
  name TEXT NOT NULL UNIQUE,
  device_id TEXT NOT NULL REFERENCES devices (id),
  sequence INTEGER NOT NULL CHECK (sequence >= 1),
  prev_digest TEXT NOT NULL CHECK (length(prev_digest) = 64 AND prev_digest NOT GLOB '*[^0-9a-f]*'),
  kind TEXT NOT NULL CHECK (kind IN ('HEBDO', 'PRE', 'POST', 'MENSUEL')),
  created_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  file_size INTEGER NOT NULL CHECK (file_size >= 0),
  suspect INTEGER NOT NULL CHECK (suspect IN (0, 1)),
  doubts TEXT NOT NULL,
  build TEXT NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch >= 0),
  full_recipients TEXT NOT NULL,
  ticket TEXT NOT NULL,
  operator_id TEXT NOT NULL,
  content_mark TEXT NOT NULL,
  facts TEXT NOT NULL DEFAULT '' -- what the device said of itself then, JSON (lib/service/learned_facts.h); '' unknown
) STRICT;
-- Not unique: a twin is an anomaly that the catalog must be able to hold, not a row to refuse.
CREATE INDEX backups_of_device ON backups (device_id, sequence);

CREATE TABLE copies (
  digest TEXT NOT NULL REFERENCES backups (digest),
  replica TEXT NOT NULL CHECK (replica <> ''),
  path TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('good', 'seen', 'missing', 'damaged')),
  PRIMARY KEY (digest, replica)
) STRICT;

CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  digest TEXT NOT NULL REFERENCES backups (digest),
  type TEXT NOT NULL CHECK (type IN ('collected', 'sealed', 'replicated', 'opened', 'understood', 'restored')),
  at INTEGER NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_of_backup ON evidence (digest);

CREATE TABLE key_proofs (
  id INTEGER PRIMARY KEY,
  recipient TEXT NOT NULL CHECK (length(recipient) = 16 AND recipient NOT GLOB '*[^0-9a-f]*'),
  build TEXT NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch >= 0),
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  device_id TEXT NOT NULL REFERENCES devices (id),
  kind TEXT NOT NULL CHECK (kind IN ('HEBDO', 'PRE', 'POST', 'MENSUEL')),
  slot INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'suspect')),
  fence INTEGER NOT NULL CHECK (fence >= 0),
  lease_until INTEGER CHECK ((lease_until IS NOT NULL) = (state = 'running')),
  holder TEXT NOT NULL,
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  error TEXT NOT NULL,
  ticket TEXT NOT NULL,
  operator_id TEXT NOT NULL,
  intent TEXT NOT NULL DEFAULT '' -- what is about to be published; '' before and after
) STRICT;
CREATE UNIQUE INDEX jobs_open ON jobs (device_id) WHERE state IN ('queued', 'running');

CREATE TABLE credentials (
  name TEXT NOT NULL PRIMARY KEY CHECK (name <> ''),
  account TEXT NOT NULL,
  wrapped TEXT NOT NULL CHECK (wrapped NOT GLOB '*[^0-9a-f]*'),
  set_at INTEGER NOT NULL,
  stopped INTEGER NOT NULL CHECK (stopped IN (0, 1)),
  stopped_at INTEGER,
  stopped_by TEXT NOT NULL,
  stopped_reason TEXT NOT NULL
) STRICT;

CREATE TABLE anomalies (
  number INTEGER PRIMARY KEY,
  code TEXT NOT NULL CHECK (code <> ''),
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  opened INTEGER NOT NULL,
  due INTEGER NOT NULL,
  closed INTEGER,
  closed_by TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX anomalies_open ON anomalies (code, subject) WHERE closed IS NULL;

CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  prev TEXT NOT NULL CHECK (length(prev) = 64 AND prev NOT GLOB '*[^0-9a-f]*'),
  body_sha256 TEXT NOT NULL CHECK (length(body_sha256) = 64 AND body_sha256 NOT GLOB '*[^0-9a-f]*'),
  hash TEXT NOT NULL CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*')
) STRICT;

-- Also keeps `DROP TABLE journal` from a connection that has foreign keys on.
CREATE TABLE journal_body (
  seq INTEGER PRIMARY KEY REFERENCES journal (seq),
  body TEXT NOT NULL
) STRICT;

-- The journal only grows. INSERT OR REPLACE would walk past the delete trigger where recursive_triggers is off: the insert
-- trigger refuses it everywhere, since only the next row of the chain is let in.
CREATE TRIGGER journal_insert BEFORE INSERT ON journal
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal)
  OR NEW.prev <> coalesce((SELECT hash FROM journal ORDER BY seq DESC LIMIT 1),
                          '0000000000000000000000000000000000000000000000000000000000000000')
  OR NEW.at < coalesce((SELECT at FROM journal ORDER BY seq DESC LIMIT 1), NEW.at)
BEGIN
  SELECT RAISE(ABORT, 'the journal is append-only: this row does not continue the chain');
END;
CREATE TRIGGER journal_update BEFORE UPDATE ON journal
BEGIN
  SELECT RAISE(ABORT, 'the journal is append-only: no row is ever changed');
END;
CREATE TRIGGER journal_delete BEFORE DELETE ON journal
BEGIN
  SELECT RAISE(ABORT, 'the journal is append-only: no row is ever removed');
END;

CREATE TRIGGER journal_body_insert BEFORE INSERT ON journal_body
WHEN NEW.seq <> coalesce((SELECT max(seq) FROM journal), 0) OR EXISTS (SELECT 1 FROM journal_body WHERE seq = NEW.seq)
BEGIN
  SELECT RAISE(ABORT, 'the journal is append-only: a text belongs to its newest row');
END;
CREATE TRIGGER journal_body_update BEFORE UPDATE ON journal_body
BEGIN
  SELECT RAISE(ABORT, 'the journal is append-only: no text is ever changed');
END;
-- 13 months are at most 397 days = 34300800 s. Judged by the time of the last anchor (installation fact
-- `last_anchor_at`), never by the clock; without an anchor nothing goes.
CREATE TRIGGER journal_body_delete BEFORE DELETE ON journal_body
WHEN NOT coalesce((SELECT at FROM journal WHERE seq = OLD.seq)
                  < (SELECT CAST(value AS INTEGER) FROM installation WHERE key = 'last_anchor_at') - 34300800, FALSE)
BEGIN
  SELECT RAISE(ABORT, 'the journal is append-only: a text stays for 13 months before the last anchor');
END;

CREATE TRIGGER evidence_insert BEFORE INSERT ON evidence
WHEN EXISTS (SELECT 1 FROM evidence WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'evidence is only ever added');
END;
CREATE TRIGGER evidence_update BEFORE UPDATE ON evidence
BEGIN
  SELECT RAISE(ABORT, 'evidence is only ever added');
END;
CREATE TRIGGER evidence_delete BEFORE DELETE ON evidence
BEGIN
  SELECT RAISE(ABORT, 'evidence is only ever added');
END;

CREATE TRIGGER key_proofs_insert BEFORE INSERT ON key_proofs
WHEN EXISTS (SELECT 1 FROM key_proofs WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'evidence is only ever added');
END;
CREATE TRIGGER key_proofs_update BEFORE UPDATE ON key_proofs
BEGIN
  SELECT RAISE(ABORT, 'evidence is only ever added');
END;
CREATE TRIGGER key_proofs_delete BEFORE DELETE ON key_proofs
BEGIN
  SELECT RAISE(ABORT, 'evidence is only ever added');
END;
