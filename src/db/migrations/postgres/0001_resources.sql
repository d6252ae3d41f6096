-- PostgreSQL. Columns hold what SQL asks about; `body` is the whole entry as JSON, read and proved by its type.
-- Keys sort by their bytes (COLLATE "C"), as on SQLite, whatever language the database was made for.
CREATE TABLE resource (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    visibility TEXT NOT NULL,
    district TEXT,
    lng DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    archived BIGINT NOT NULL DEFAULT 0,
    updated_at TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX resource_district ON resource (district);

CREATE TABLE opportunity (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    resource_id TEXT COLLATE "C" NOT NULL REFERENCES resource (id),
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    visibility TEXT NOT NULL,
    archived BIGINT NOT NULL DEFAULT 0,
    updated_at TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX opportunity_resource ON opportunity (resource_id);

CREATE TABLE district (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    parent TEXT,
    body TEXT NOT NULL
);

CREATE TABLE population (
    district_id TEXT COLLATE "C" NOT NULL,
    year BIGINT NOT NULL,
    total BIGINT NOT NULL,
    age65 BIGINT,
    age75 BIGINT,
    households BIGINT,
    source TEXT,
    PRIMARY KEY (district_id, year)
);

CREATE TABLE boundary (
    code TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    geometry TEXT NOT NULL
);

CREATE TABLE place (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    lng DOUBLE PRECISION NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    source TEXT
);

CREATE TABLE source (
    key TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    licence TEXT,
    file TEXT NOT NULL,
    entries BIGINT NOT NULL,
    imported_at TEXT NOT NULL
);

-- One row per changed resource, in the transaction that changed it. Rows commit out of seq order here, so a reader may
-- only see those below every transaction still running, ordered by (xid, seq).
CREATE TABLE change_log (
    seq BIGSERIAL PRIMARY KEY,
    xid BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    entity TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX change_log_position ON change_log (xid, seq);
CREATE VIEW settled_change AS
    SELECT xid, seq, entity, entity_id, at FROM change_log
    WHERE xid < (pg_snapshot_xmin(pg_current_snapshot())::text::bigint);
