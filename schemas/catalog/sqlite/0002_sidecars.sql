-- Catalog, version 2: who can open a backup besides those whom its file names. Meaning: schemas/catalog/README.md.

CREATE TABLE sidecars (
  digest TEXT NOT NULL REFERENCES backups (digest),
  replica TEXT NOT NULL CHECK (replica <> ''),
  epoch INTEGER NOT NULL CHECK (epoch >= 1),
  full_recipients TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (digest, replica, epoch)
) STRICT;
