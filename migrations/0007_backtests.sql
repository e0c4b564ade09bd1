create table backtests (                        -- draft rules tried on past comments; a job that can be resumed
    id UUID primary key,
    title TEXT references titles (id),          -- null: every title
    source TEXT not null,                       -- the rules, TOML
    since BIGINT not null,
    until BIGINT not null,
    state TEXT not null,                        -- open | done | failed | cancelled
    total BIGINT not null,                      -- comments of that time when it was asked for
    tally TEXT,                                 -- JSON: how far it has come, and everything counted so far
    report TEXT,                                -- JSON, once done
    failure TEXT,                               -- once failed
    lease UUID,                                 -- whoever works on it, and until when nobody else may
    lease_until BIGINT not null,
    requested_by UUID,                          -- an account, or null for the operator
    requested_at BIGINT not null,
    finished_at BIGINT
);

create index backtests_newest on backtests (title, requested_at, id);
create index backtests_open on backtests (lease_until, id) where state = 'open';
create index comments_by_time on comments (title, created_at, id);
