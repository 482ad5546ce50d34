-- What a catalog of version 5 holds; migrations_test.cc upgrades it to the newest version.
INSERT INTO installation (key, value) VALUES ('installation_id', '00112233445566778899aabbccddeeff');
INSERT INTO devices (id, client, site, type, name, expected_vendor, expected_model, expected_serial, expected_firmware,
                     expected_bytes, last_attempt, last_success, last_proven, next_expected, last_error, retired,
                     collect_requested)
VALUES ('000000000000000000000000000000a1', 'CLIEXEMP', 'SIEGEPARIS', 'NVR', 'NVR-HALL', 'Exemple', 'X1', 'SN-1', '1.0',
        70000, 1795230000, 1795230000, NULL, 1795834800, '', 0, 0);
INSERT INTO expected_counts (device_id, name, value) VALUES ('000000000000000000000000000000a1', 'channels', 16);
INSERT INTO expected_parts (device_id, name, value)
VALUES ('000000000000000000000000000000a1', 'restore/configuration.bin', 70000);
INSERT INTO backups (digest, file_id, name, device_id, sequence, prev_digest, kind, created_at, recorded_at, file_size,
                     suspect, doubts, build, epoch, full_recipients, ticket, operator_id, content_mark)
VALUES ('1111111111111111111111111111111111111111111111111111111111111111', '000000000000000000000000000000f1',
        'CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261121_0300_HEBDO.bak', '000000000000000000000000000000a1', 1,
        '0000000000000000000000000000000000000000000000000000000000000000', 'HEBDO', 1795230000, 1795230005, 5121, 0, '',
        'coffre 0.1.0', 1, '0011223344556677 8899aabbccddeeff', '', '', '');
INSERT INTO copies (digest, replica, path, seen_at, state)
VALUES ('1111111111111111111111111111111111111111111111111111111111111111', 'local',
        'CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL/CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261121_0300_HEBDO.bak', 1795230004, 'good');
INSERT INTO evidence (digest, type, at, detail)
VALUES ('1111111111111111111111111111111111111111111111111111111111111111', 'collected', 1795230003, ''),
       ('1111111111111111111111111111111111111111111111111111111111111111', 'sealed', 1795230004, '');
INSERT INTO key_proofs (recipient, build, epoch, at) VALUES ('0011223344556677', 'coffre 0.1.0', 1, 1795230000);
INSERT INTO jobs (device_id, kind, slot, state, fence, lease_until, holder, attempts, error, ticket, operator_id)
VALUES ('000000000000000000000000000000a1', 'HEBDO', 1795230000, 'done', 1, NULL, 'host:1', 1, '', '', '');
INSERT INTO credentials (name, account, wrapped, set_at, stopped, stopped_at, stopped_by, stopped_reason)
VALUES ('siege', 'admin', '00ff', 1795230000, 1, 1795230001, 'CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL', 'refused: 401');
INSERT INTO anomalies (code, subject, detail, opened, due, closed, closed_by)
VALUES ('credential_stopped', 'siege', '', 1795230001, 1795316401, NULL, '');
INSERT INTO sidecars (digest, replica, epoch, full_recipients, seen_at)
VALUES ('1111111111111111111111111111111111111111111111111111111111111111', 'local', 2, '00112233445566aa', 1795230100);
UPDATE backups SET first_proven = 1795230010;
INSERT INTO expiry_announcements (digest, announced_at, reasons)
VALUES ('1111111111111111111111111111111111111111111111111111111111111111', 1803000000, 'tier_ended superseded');
INSERT INTO holds (subject, kind, reason, ticket, account, at)
VALUES ('CLIEXEMP/SIEGEPARIS', 'legal', 'claim', 'T-1', 'paul', 1795230000);
INSERT INTO client_closures (client, closes_at, first_person, second_person, reason, ticket, account, recorded_at,
                             attested_at)
VALUES ('CLIEXEMP', 1803000000, 'A. Martin', 'B. Durand', 'contract ended', 'T-2', 'paul', 1795230000, NULL);
UPDATE copies SET locked_until = 1826766100;
INSERT INTO floor_releases (digest, first_person, second_person, reason, ticket, account, at)
VALUES ('1111111111111111111111111111111111111111111111111111111111111111', 'A. Martin', 'B. Durand', 'site demolished',
        'T-3', 'paul', 1795230000);
