-- What lasts about instances. One that is not present is remembered because its name stands for stored data of its plugin.
CREATE TABLE instance (
    plugin TEXT NOT NULL REFERENCES plugin (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    present INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    config TEXT NOT NULL,
    PRIMARY KEY (plugin, name)
) STRICT, WITHOUT ROWID;
