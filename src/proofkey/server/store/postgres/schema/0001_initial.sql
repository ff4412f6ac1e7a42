-- The first schema. Times are seconds since the epoch (UTC); ids made by the server are byte strings. The columns are
-- those of the SQLite schema, in its order, so that an installation can be copied either way.

-- One row per login, inserted when its code is redeemed. The id starts with the time of issue: it is the partition key.
-- `redemption` tells whose insert it was when a connection broke before the answer came.
CREATE TABLE grants (
    grant_id       BYTEA  NOT NULL PRIMARY KEY CHECK (octet_length(grant_id) = 16),
    client_id      TEXT   NOT NULL,
    subject        TEXT   NOT NULL,
    session_id     BYTEA  NOT NULL,
    scopes         BYTEA  NOT NULL, -- msgpack: indexes into scope_words
    resource       TEXT,
    nonce          TEXT,
    auth_time      BIGINT NOT NULL,
    redeemed_at    BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    generation     BIGINT NOT NULL,
    rotated_at     BIGINT NOT NULL,
    refresh_key_id BIGINT NOT NULL,
    ended_at       BIGINT,
    end_reason     TEXT,
    redemption     BIGINT NOT NULL DEFAULT 0
) /* partitioned */;

-- Ends every grant of `whom` with an id up to `through` (store/endings.py).
CREATE TABLE endings (
    whom     BYTEA  NOT NULL,
    through  BYTEA  NOT NULL CHECK (octet_length(through) = 16),
    ended_at BIGINT NOT NULL,
    reason   TEXT   NOT NULL,
    PRIMARY KEY (whom, through)
);

CREATE TABLE clients (
    client_id TEXT NOT NULL PRIMARY KEY,
    record    TEXT NOT NULL -- JSON
);

-- Append only: a word keeps its number for good.
CREATE TABLE scope_words (
    number BIGINT NOT NULL PRIMARY KEY,
    word   TEXT   NOT NULL UNIQUE
);

CREATE TABLE consents (
    subject   TEXT   NOT NULL,
    client_id TEXT   NOT NULL,
    scope     TEXT   NOT NULL,
    given_at  BIGINT NOT NULL,
    PRIMARY KEY (subject, client_id, scope)
);

CREATE TABLE users (
    subject  TEXT NOT NULL PRIMARY KEY,
    name_key TEXT NOT NULL UNIQUE, -- the user name as names are compared
    record   TEXT NOT NULL -- JSON
);

CREATE TABLE sessions (
    session_id BYTEA  NOT NULL PRIMARY KEY, -- SHA-256 of what is in the cookie
    subject    TEXT   NOT NULL,
    auth_time  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at   BIGINT
);

CREATE INDEX sessions_of_subject ON sessions (subject);

-- Wrapped by a key that is not in this database.
CREATE TABLE keys (
    family     TEXT   NOT NULL,
    number     BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    use_from   BIGINT NOT NULL,
    wrapped    BYTEA  NOT NULL,
    public     BYTEA,
    closed_at  BIGINT,
    PRIMARY KEY (family, number)
);

-- A ring: the oldest go when new ones come. A sequence of its own: not every engine counts an identity without gaps.
CREATE SEQUENCE journal_numbers;

CREATE TABLE journal (
    number     BIGINT           NOT NULL PRIMARY KEY DEFAULT nextval('journal_numbers'),
    at         DOUBLE PRECISION NOT NULL,
    request_id TEXT             NOT NULL,
    client_id  TEXT,
    fault      TEXT,
    record     TEXT             NOT NULL -- JSON
);
