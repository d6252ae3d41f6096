-- What became of a proposal: ids, codes and dates in the clear; gates, scores and notes sealed with the person's key.
CREATE TABLE match_record (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL REFERENCES support_case (id),
    need_id TEXT NOT NULL REFERENCES case_need (id),
    opportunity_id TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    proposed_on TEXT NOT NULL,
    next_on TEXT,
    author TEXT NOT NULL,
    sealed TEXT NOT NULL
);
CREATE INDEX match_record_case ON match_record (case_id);

CREATE TABLE match_step (
    id TEXT PRIMARY KEY NOT NULL,
    match_id TEXT NOT NULL REFERENCES match_record (id),
    seq BIGINT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    held_on TEXT NOT NULL,
    reason TEXT,
    declined_by TEXT,
    outcome TEXT,
    author TEXT NOT NULL,
    written_at TEXT NOT NULL,
    sealed TEXT NOT NULL
);
CREATE INDEX match_step_match ON match_step (match_id);
