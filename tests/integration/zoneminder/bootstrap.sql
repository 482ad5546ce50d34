-- What cannot be done through the API of a fresh instance: authentication is off, and `admin` may not use the API.
CREATE USER zmuser@localhost IDENTIFIED BY 'zmpass';
GRANT ALL ON zm.* TO zmuser@localhost;
UPDATE zm.Users SET APIEnabled = 1 WHERE Username = 'admin';
UPDATE zm.Config SET Value = '1' WHERE Name = 'ZM_OPT_USE_AUTH';
