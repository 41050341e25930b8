-- What lasts about plugins, and their key-value storage.
CREATE TABLE plugin (
    id TEXT NOT NULL PRIMARY KEY,
    enabled INTEGER NOT NULL,
    installed TEXT,
    config TEXT NOT NULL
) STRICT;

CREATE TABLE storage (
    instance TEXT NOT NULL,
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (instance, name)
) STRICT, WITHOUT ROWID;
