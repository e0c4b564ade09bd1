create table identities (                       -- which account a login of the newspaper opens
    key UUID primary key references link_keys (id),   -- of (issuer, subject)
    account UUID not null references accounts (id),
    told_name TEXT,                             -- what the issuer last called the person
    told_at BIGINT not null,                    -- when its issuer last described the person, in the issuer's time
    created_at BIGINT not null
);
create index identities_account on identities (account);

create table identity_sessions (                -- which sessions of ours a session at a provider's opened
    session UUID primary key references sessions (id) on delete cascade,
    hash BYTEA not null,                        -- of the provider and its session
    account UUID not null references accounts (id)
);
create index identity_sessions_hash on identity_sessions (hash);

create table used_tokens (                      -- tokens with an id, each good once
    hash BYTEA primary key,
    expires_at BIGINT not null
);
create index used_tokens_expiry on used_tokens (expires_at);
