-- Catalog, version 4: until when a copy was last seen to be locked, so that no store is asked each night. NULL: unknown,
-- or the place locks nothing. Meaning: schemas/catalog/README.md.

ALTER TABLE copies ADD COLUMN locked_until INTEGER;
