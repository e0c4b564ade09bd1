-- Who is one person: a binding link makes two subscribers one, and everything that looks at bans looks at the person.
alter table subscribers add column person UUID;  -- a subscriber's id, at first its own
update subscribers set person = id;
create index subscribers_person on subscribers (person);

create table link_keys (                        -- what people are known by: subscription, card, login, address, network …
    id UUID primary key,
    kind TEXT not null,
    hash BYTEA not null,                        -- keyed: without the identity key it tells nothing
    unique (kind, hash)
);

create table links (                            -- which subscriber was seen with it; outlives their accounts
    key UUID not null references link_keys (id),
    subscriber UUID not null references subscribers (id),
    is_binding BOOLEAN not null,                -- two subscribers whom one key binds are one person
    since BIGINT not null,
    seen_at BIGINT not null,
    primary key (key, subscriber)
);
create index links_subscriber on links (subscriber);

create table person_moves (                     -- every join and split, by whatever caused it
    id UUID primary key,
    act UUID not null,                          -- moves of one act are undone together
    subscriber UUID not null references subscribers (id),
    from_person UUID not null,
    to_person UUID not null,
    cause TEXT not null,                        -- the kind of link, or `moderator`
    reason TEXT,                                -- a moderator's
    moved_by UUID,                              -- an account; null: a link, or the operator
    moved_at BIGINT not null,
    undone_at BIGINT
);
create index person_moves_act on person_moves (act, id);
create index person_moves_subscriber on person_moves (subscriber, moved_at, id);

create table separations (                      -- pairs that a moderator found to be two people: no link joins them again
    one UUID not null references subscribers (id),
    other UUID not null references subscribers (id),   -- the greater id of the two
    primary key (one, other)
);

create table former_names (                     -- names that nobody else takes: given up, or removed by a moderator
    skeleton TEXT primary key,                  -- what look-alike names have in common
    account UUID not null references accounts (id),
    name TEXT not null,
    bare TEXT,                                  -- as on accounts
    is_removed BOOLEAN not null,                -- by a moderator: its own account may not take it again either
    until BIGINT not null
);
create index former_names_account on former_names (account, until);
create index former_names_bare on former_names (bare);

alter table accounts add column renamed_at BIGINT;          -- when its owner last chose another name
alter table accounts add column is_name_neutral BOOLEAN not null default false;  -- given, not chosen: it may be changed at once
alter table accounts add column stories_behind BOOLEAN not null default false;   -- its name changed, and its threads do not know yet
alter table accounts add column deleted_at BIGINT;          -- its owner's wish; the row stays for comments and bans
create index accounts_stories_behind on accounts (id) where stories_behind;
