-- What official files said about an entry, one row a part (a service, a list); the entry is made from all its parts.
CREATE TABLE official_part (
    entry_id TEXT NOT NULL,
    part TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (entry_id, part)
);
