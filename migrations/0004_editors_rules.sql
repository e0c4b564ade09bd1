create table rule_files (                       -- append-only: the rules of a title, as its editors wrote them
    title TEXT not null references titles (id),
    version BIGINT not null,                    -- from 1
    source TEXT not null,                       -- TOML
    published_at BIGINT not null,
    published_by UUID,                          -- an account, or null for the operator
    primary key (title, version)
);

alter table verdicts add column shadow TEXT not null default '[]';  -- JSON, findings of rules on trial
alter table verdicts add column abusive DOUBLE PRECISION;           -- what the classifier thought, 0 to 1
alter table verdicts add column hateful DOUBLE PRECISION;
