-- The first schema. Times are seconds since the epoch (UTC); ids made by the server are blobs.

-- One row per login, inserted when its code is redeemed. The id starts with the time of issue, so rows append.
CREATE TABLE grants (
    grant_id       BLOB    NOT NULL PRIMARY KEY CHECK (length(grant_id) = 16),
    client_id      TEXT    NOT NULL,
    subject        TEXT    NOT NULL,
    session_id     BLOB    NOT NULL,
    scopes         BLOB    NOT NULL, -- msgpack: indexes into scope_words
    resource       TEXT,
    nonce          TEXT,
    auth_time      INTEGER NOT NULL,
    redeemed_at    INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    generation     INTEGER NOT NULL,
    rotated_at     INTEGER NOT NULL,
    refresh_key_id INTEGER NOT NULL,
    ended_at       INTEGER,
    end_reason     TEXT
) STRICT, WITHOUT ROWID;

-- Ends every grant of `whom` with an id up to `through` (store/endings.py).
CREATE TABLE endings (
    whom     BLOB    NOT NULL,
    through  BLOB    NOT NULL CHECK (length(through) = 16),
    ended_at INTEGER NOT NULL,
    reason   TEXT    NOT NULL,
    PRIMARY KEY (whom, through)
) STRICT, WITHOUT ROWID;

CREATE TABLE clients (
    client_id TEXT NOT NULL PRIMARY KEY,
    record    TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

-- Append only: a word keeps its number for good.
CREATE TABLE scope_words (
    number INTEGER NOT NULL PRIMARY KEY,
    word   TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE consents (
    subject   TEXT    NOT NULL,
    client_id TEXT    NOT NULL,
    scope     TEXT    NOT NULL,
    given_at  INTEGER NOT NULL,
    PRIMARY KEY (subject, client_id, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    subject  TEXT NOT NULL PRIMARY KEY,
    name_key TEXT NOT NULL UNIQUE, -- the user name as names are compared
    record   TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    session_id BLOB    NOT NULL PRIMARY KEY, -- SHA-256 of what is in the cookie
    subject    TEXT    NOT NULL,
    auth_time  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_subject ON sessions (subject);

-- Wrapped by a key that is not in this database.
CREATE TABLE keys (
    family     TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    use_from   INTEGER NOT NULL,
    wrapped    BLOB    NOT NULL,
    public     BLOB,
    closed_at  INTEGER,
    PRIMARY KEY (family, number)
) STRICT, WITHOUT ROWID;

-- A ring: the oldest go when new ones come.
CREATE TABLE journal (
    number     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at         REAL    NOT NULL,
    request_id TEXT    NOT NULL,
    client_id  TEXT,
    fault      TEXT,
    record     TEXT    NOT NULL -- JSON
) STRICT;

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
