-- What somebody else did with an account's way in: told to its person until they have read it. `at` is RFC 3339 at +09:00.
CREATE TABLE account_reset (
    account TEXT NOT NULL REFERENCES account (id),
    at TEXT NOT NULL,
    what TEXT NOT NULL,
    by_account TEXT NOT NULL,
    read_at TEXT,
    PRIMARY KEY (account, at, what)
);
