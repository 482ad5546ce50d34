-- Catalog, version 3: what retention needs to know, and what it did. Meaning: schemas/catalog/README.md.

ALTER TABLE backups ADD COLUMN first_proven INTEGER; -- first time proven in both places; NULL: never, or not known
ALTER TABLE backups ADD COLUMN expired_at INTEGER;   -- when its last copy was removed by expiry; NULL: it is there

-- The state "expired": SQLite changes a CHECK only by making the table anew.
CREATE TABLE copies_3 (
  digest TEXT NOT NULL REFERENCES backups (digest),
  replica TEXT NOT NULL CHECK (replica <> ''),
  path TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('good', 'seen', 'missing', 'damaged', 'expired')),
  PRIMARY KEY (digest, replica)
) STRICT;
INSERT INTO copies_3 (digest, replica, path, seen_at, state) SELECT digest, replica, path, seen_at, state FROM copies;
DROP TABLE copies;
ALTER TABLE copies_3 RENAME TO copies;

CREATE TABLE expiry_announcements (
  digest TEXT NOT NULL PRIMARY KEY REFERENCES backups (digest),
  announced_at INTEGER NOT NULL,
  reasons TEXT NOT NULL
) STRICT;

CREATE TABLE holds (
  subject TEXT NOT NULL PRIMARY KEY CHECK (subject <> ''), -- a backup's name, or CLIENT[/SITE[/TYPE_NAME]]
  kind TEXT NOT NULL CHECK (kind IN ('contract', 'legal')),
  reason TEXT NOT NULL CHECK (reason <> ''),
  ticket TEXT NOT NULL,
  account TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE client_closures (
  client TEXT NOT NULL PRIMARY KEY CHECK (client <> ''),
  closes_at INTEGER NOT NULL,
  first_person TEXT NOT NULL CHECK (first_person <> ''),
  second_person TEXT NOT NULL CHECK (second_person <> '' AND second_person <> first_person),
  reason TEXT NOT NULL CHECK (reason <> ''),
  ticket TEXT NOT NULL,
  account TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  attested_at INTEGER -- when nothing of the client was left, and the document about it was made
) STRICT;
