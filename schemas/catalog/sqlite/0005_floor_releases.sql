-- Catalog, version 5: which of a retired device's last backups two persons let go, one by one. The row stays when the
-- backup has expired. Meaning: schemas/catalog/README.md.

CREATE TABLE floor_releases (
  digest TEXT NOT NULL PRIMARY KEY REFERENCES backups (digest),
  first_person TEXT NOT NULL CHECK (first_person <> ''),
  second_person TEXT NOT NULL CHECK (second_person <> '' AND second_person <> first_person),
  reason TEXT NOT NULL CHECK (reason <> ''),
  ticket TEXT NOT NULL,
  account TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
