-- Persons' records. In the clear: ids, pseudonyms, accounts, district ids, codes, and dates that are asked for. Every `sealed`
-- column holds one JSON text sealed with the person's own key, bound to its row. Dates are ISO 8601, times RFC 3339.
CREATE TABLE support_case (
    id TEXT PRIMARY KEY NOT NULL,
    person TEXT NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    status TEXT NOT NULL,
    district TEXT,
    basis TEXT NOT NULL,
    review_on TEXT NOT NULL,
    assigned_only BIGINT NOT NULL,
    retention_years BIGINT,
    opened_on TEXT NOT NULL,
    closed_on TEXT,
    updated_at TEXT NOT NULL,
    sealed TEXT NOT NULL
);

CREATE TABLE case_hand (
    case_id TEXT NOT NULL REFERENCES support_case (id),
    account TEXT NOT NULL REFERENCES account (id),
    main BIGINT NOT NULL,
    PRIMARY KEY (case_id, account)
);
CREATE INDEX case_hand_account ON case_hand (account);

-- `version` is the one that counts; all of them stand in `note_version`.
CREATE TABLE case_note (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL REFERENCES support_case (id),
    version BIGINT NOT NULL,
    held_on TEXT NOT NULL,
    due_on TEXT,
    settled_on TEXT
);
CREATE INDEX case_note_case ON case_note (case_id);

CREATE TABLE note_version (
    note_id TEXT NOT NULL REFERENCES case_note (id),
    version BIGINT NOT NULL,
    author TEXT NOT NULL,
    written_at TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (note_id, version)
);

CREATE TABLE case_need (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL REFERENCES support_case (id),
    version BIGINT NOT NULL,
    author TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    archived BIGINT NOT NULL,
    sealed TEXT NOT NULL
);
CREATE INDEX case_need_case ON case_need (case_id);

CREATE TABLE case_consent (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL REFERENCES support_case (id),
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    withdrawn_at TEXT,
    sealed TEXT NOT NULL,
    withdrawal_sealed TEXT
);
CREATE INDEX case_consent_case ON case_consent (case_id);

-- Sealed with a key of the conference.
CREATE TABLE conference (
    id TEXT PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    sealed TEXT NOT NULL
);

CREATE TABLE conference_member (
    conference_id TEXT NOT NULL REFERENCES conference (id),
    account TEXT NOT NULL REFERENCES account (id),
    explained_on TEXT,
    keeps BIGINT NOT NULL,
    PRIMARY KEY (conference_id, account)
);
CREATE INDEX conference_member_account ON conference_member (account);

CREATE TABLE case_share (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL REFERENCES support_case (id),
    conference_id TEXT NOT NULL REFERENCES conference (id),
    need_id TEXT REFERENCES case_need (id),
    consent_id TEXT REFERENCES case_consent (id),
    shared_by TEXT NOT NULL,
    shared_on TEXT NOT NULL,
    ended_at TEXT,
    end_reason TEXT,
    sealed TEXT NOT NULL
);
CREATE INDEX case_share_case ON case_share (case_id);
CREATE INDEX case_share_conference ON case_share (conference_id);

CREATE TABLE case_referral (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL REFERENCES support_case (id),
    account TEXT NOT NULL REFERENCES account (id),
    consent_id TEXT REFERENCES case_consent (id),
    referred_by TEXT NOT NULL,
    referred_on TEXT NOT NULL,
    ended_at TEXT,
    end_reason TEXT,
    sealed TEXT NOT NULL
);
CREATE INDEX case_referral_case ON case_referral (case_id);
CREATE INDEX case_referral_account ON case_referral (account);

CREATE TABLE hand_over (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL REFERENCES support_case (id),
    from_account TEXT NOT NULL,
    to_account TEXT NOT NULL,
    done_by TEXT NOT NULL,
    done_at TEXT NOT NULL,
    sealed TEXT NOT NULL
);
CREATE INDEX hand_over_case ON hand_over (case_id);

CREATE TABLE shredding (
    case_id TEXT PRIMARY KEY NOT NULL REFERENCES support_case (id),
    proposed_by TEXT NOT NULL,
    proposed_at TEXT NOT NULL
);

CREATE TABLE shredding_approval (
    case_id TEXT NOT NULL REFERENCES shredding (case_id),
    account TEXT NOT NULL REFERENCES account (id),
    approved_at TEXT NOT NULL,
    PRIMARY KEY (case_id, account)
);

-- 廃棄記録: what is left of a record. No case, no name.
CREATE TABLE disposal_record (
    person TEXT PRIMARY KEY NOT NULL,
    closed_on TEXT NOT NULL,
    retention_years BIGINT NOT NULL,
    proposed_by TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    shredded_by TEXT NOT NULL,
    shredded_at TEXT NOT NULL
);
