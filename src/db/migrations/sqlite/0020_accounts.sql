-- Accounts, sessions, tokens and the audit. Times that are compared are seconds since 1970; times that are shown are RFC 3339.
CREATE TABLE account (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    password TEXT NOT NULL,
    password_initial BIGINT NOT NULL DEFAULT 0,
    disabled BIGINT NOT NULL DEFAULT 0,
    factor TEXT,
    factor_step BIGINT NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
);

CREATE TABLE recovery_code (
    account TEXT NOT NULL REFERENCES account (id),
    digest TEXT NOT NULL,
    PRIMARY KEY (account, digest)
);

-- `id` is a digest of what the browser holds: a stolen copy of this table opens nothing.
CREATE TABLE session (
    id TEXT PRIMARY KEY NOT NULL,
    account TEXT,
    data TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);

CREATE TABLE api_token (
    id TEXT PRIMARY KEY NOT NULL,
    account TEXT NOT NULL REFERENCES account (id),
    digest TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked BIGINT NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
);

CREATE TABLE audit (
    seq BIGINT PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    account TEXT NOT NULL,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    person TEXT,
    detail TEXT NOT NULL,
    mac TEXT NOT NULL
);
CREATE INDEX audit_person ON audit (person, seq);
CREATE INDEX audit_account ON audit (account, seq);

CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY NOT NULL,
    seq BIGINT NOT NULL,
    mac TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, mac) VALUES (1, 0, '');
