-- Jobs, newest with the highest number. A staging folder is named until it is known to be gone.
CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    provider TEXT NOT NULL,
    vm TEXT NOT NULL,
    target TEXT NOT NULL,
    phase TEXT,
    progress INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    bytes_total INTEGER,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    result TEXT,
    problem TEXT,
    staged INTEGER NOT NULL
) STRICT;

CREATE INDEX jobs_by_state ON jobs (state, seq);
