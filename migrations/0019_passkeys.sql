-- Passkeys: what an authenticator proves itself with, in place of a code.
create table passkeys (
    id UUID primary key,
    account UUID not null references accounts (id),
    credential BYTEA not null unique,           -- what the authenticator calls it
    passkey TEXT not null,                      -- JSON: public key, counter, flags
    label TEXT not null,                        -- what its owner calls it
    created_at BIGINT not null,
    used_at BIGINT
);
create index passkeys_account on passkeys (account);

create table passkey_ceremonies (               -- questions that were put to an authenticator, each good once
    id UUID primary key,
    account UUID not null references accounts (id),
    is_new BOOLEAN not null,                    -- to make a passkey, not to use one
    state TEXT not null,                        -- JSON: what the answer is checked against
    expires_at BIGINT not null
);
create index passkey_ceremonies_over on passkey_ceremonies (expires_at);
