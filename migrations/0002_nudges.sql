create table nudges (                           -- how many authors were asked to reconsider, and what they did
    title TEXT not null references titles (id),
    day BIGINT not null,                        -- days since 1970-01-01, UTC
    shown_count BIGINT not null default 0,
    kept_count BIGINT not null default 0,       -- posted the same text all the same
    changed_count BIGINT not null default 0,    -- posted another text
    primary key (title, day)
);
