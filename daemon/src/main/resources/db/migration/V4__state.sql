-- The state that an instance's last generation left, in a form that only the plugin understands.
CREATE TABLE state (
    instance TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
