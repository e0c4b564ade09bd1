-- Second factors, who showed when who they are, where people signed in from, and acts that take two.

alter table sessions add column proven_at BIGINT;          -- shown again who it is; null: not since created_at
alter table sessions add column second_factor_at BIGINT;   -- a second factor was given; null: none was

create table second_factors (
    account UUID primary key references accounts (id),
    salt BYTEA not null,                        -- with the identity key it makes the pad that hides the secret
    sealed BYTEA not null,                      -- the secret under that pad
    last_step BIGINT not null,                  -- of the newest code that was taken: none is taken twice
    created_at BIGINT not null,
    confirmed_at BIGINT                         -- null: asked for, and no code of it was seen yet
);

create table recovery_codes (
    account UUID not null references accounts (id),
    code_hash BYTEA not null,                   -- keyed
    used_at BIGINT,
    primary key (account, code_hash)
);

create table sign_in_places (                   -- a device in a network that somebody signed in from
    account UUID not null references accounts (id),
    place BYTEA not null,                       -- keyed hash
    seen_at BIGINT not null,
    primary key (account, place)
);
create index sign_in_places_seen on sign_in_places (seen_at);

create table destructive_acts (                 -- of the last minutes, to be counted
    id UUID primary key,
    account UUID not null references accounts (id),
    made_at BIGINT not null
);
create index destructive_acts_account on destructive_acts (account, made_at);

create table approvals (                        -- acts that wait for a second person
    id UUID primary key,
    requester UUID not null references accounts (id),
    scope TEXT not null,                        -- a title, or `all`: who may approve
    kind TEXT not null,                         -- remove | ban | bulk | sweep
    reason TEXT not null,                       -- many | permanent | bulk
    act TEXT not null,                          -- JSON
    created_at BIGINT not null,
    expires_at BIGINT not null,
    decided_at BIGINT,
    decided_by UUID references accounts (id),
    outcome TEXT                                -- approved | refused
);
create index approvals_open on approvals (expires_at) where outcome is null;
create index approvals_requester on approvals (requester, created_at);
