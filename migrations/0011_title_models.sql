create table title_models (                     -- what each title's decisions taught, and whether it came into force
    title TEXT not null references titles (id),
    version BIGINT not null,                    -- counts what was learnt, from 1
    is_promoted BOOLEAN not null,
    model BYTEA,                                -- the weights; only of the latest that were promoted
    threshold DOUBLE PRECISION not null,        -- the probability above which comments are flagged
    report TEXT not null,                       -- JSON: why, for an editor to read
    learnt_at BIGINT not null,
    reverted_at BIGINT,                         -- when it was taken out of force again
    reverted_by UUID,                           -- an account, or null for the operator
    primary key (title, version)
);

create table title_learning (                   -- how each title learns
    title TEXT primary key references titles (id),
    learnt_until BIGINT not null,               -- decisions up to then have been learnt from, or found too few
    allowed_per_thousand BIGINT,                -- good comments that may be flagged; null: the installation's setting
    lease_until BIGINT not null                 -- until when nobody else learns
);

create index decisions_by_time on decisions (title, created_at, id);
