create table rule_firings (                     -- each comment that a rule fired for, live or on trial, for eight days
    title TEXT not null references titles (id),
    rule TEXT not null,
    at BIGINT not null,
    subscriber UUID not null,
    is_shadow BOOLEAN not null
);

create index rule_firings_by_title on rule_firings (title, at, rule, is_shadow, subscriber);
create index rule_firings_by_time on rule_firings (at);

create table rule_suspensions (                 -- live rules that are on trial until the next version of the rules
    title TEXT not null references titles (id),
    version BIGINT not null,                    -- of the rules
    rule TEXT not null,
    cause TEXT not null,                        -- daily_cap | sudden
    firing_count BIGINT not null,               -- how often it had fired, by which it was suspended
    suspended_at BIGINT not null,
    primary key (title, version, rule)
);

create index rule_suspensions_newest on rule_suspensions (title, suspended_at);
