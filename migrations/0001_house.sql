-- One text for both engines. Times are Unix milliseconds; ids are UUIDs of version 7; JSON is text that Rust reads.

create table installation (
    key TEXT primary key,                       -- e.g. the fingerprint of a secret
    value TEXT not null
);

create table titles (
    id TEXT primary key,                        -- the short name
    name TEXT not null,
    language TEXT not null,                     -- BCP 47
    time_zone TEXT not null,                    -- IANA
    subscribe_url TEXT not null,
    subscribe_text TEXT not null,               -- why the box is for subscribers, in the paper's own words
    contact TEXT not null,                      -- where an author can object to a decision
    closes_after_days BIGINT,                   -- a new story's thread closes by itself; null: never
    created_at BIGINT not null
);

create table house_rules (
    title TEXT not null references titles (id),
    version BIGINT not null,
    introduction TEXT not null,
    published_at BIGINT not null,
    published_by UUID,                          -- null: from the command line
    primary key (title, version)
);

create table clauses (
    title TEXT not null,
    version BIGINT not null,
    id TEXT not null,
    position BIGINT not null,
    heading TEXT not null,
    body TEXT not null,
    primary key (title, version, id),
    foreign key (title, version) references house_rules (title, version)
);

create table clause_ids (                       -- a clause id belongs to one title, for good
    id TEXT primary key,
    title TEXT not null references titles (id)
);

create table word_lists (                       -- every version of a title's list, as it was written
    title TEXT not null references titles (id),
    version BIGINT not null,
    source TEXT not null,                       -- TOML
    published_at BIGINT not null,
    published_by UUID,
    primary key (title, version)
);

create table subscribers (
    id UUID primary key,
    created_at BIGINT not null
);

create table accounts (
    id UUID primary key,
    subscriber UUID not null references subscribers (id),
    email TEXT not null,
    email_canonical TEXT not null unique,
    name TEXT not null,
    name_skeleton TEXT not null unique,         -- what look-alike names have in common
    password_hash TEXT,                         -- PHC; null: cannot sign in with a password
    confirmed_at BIGINT,
    created_at BIGINT not null
);
create index accounts_subscriber on accounts (subscriber);

create table account_roles (
    account UUID not null references accounts (id),
    scope TEXT not null,                        -- a title, or `all`
    role TEXT not null,
    granted_at BIGINT not null,
    primary key (account, scope)
);

create table sessions (
    id UUID primary key,
    token_hash BYTEA not null unique,           -- SHA-256 of what the browser holds
    account UUID not null references accounts (id),
    user_agent TEXT not null,
    network TEXT not null,                      -- /24 or /64, for the person to recognise
    created_at BIGINT not null,
    seen_at BIGINT not null,                    -- at most a few minutes behind
    idles_at BIGINT not null,                   -- ends when not seen until then
    expires_at BIGINT not null,
    ended_at BIGINT
);
create index sessions_account on sessions (account, created_at, id);

create table account_tokens (                   -- mailed links, each good once
    id UUID primary key,
    token_hash BYTEA not null unique,
    account UUID not null references accounts (id),
    purpose TEXT not null,                      -- confirm | reset
    created_at BIGINT not null,
    expires_at BIGINT not null,
    used_at BIGINT
);
create index account_tokens_account on account_tokens (account, purpose);

create table subscriptions (
    id UUID primary key,
    subscriber UUID not null references subscribers (id),
    source TEXT not null,                       -- manual; later the billing provider
    status TEXT not null,
    valid_until BIGINT,                         -- null: until changed
    created_at BIGINT not null,
    updated_at BIGINT not null,
    unique (subscriber, source)
);

create table sections (
    title TEXT not null references titles (id),
    name TEXT not null,
    created_at BIGINT not null,
    primary key (title, name)
);

create table stories (
    id UUID primary key,
    title TEXT not null references titles (id),
    key TEXT not null,                          -- the CMS's id
    url TEXT not null,
    headline TEXT not null,
    section TEXT not null,
    published_at BIGINT not null,
    status TEXT not null,                       -- open | pre_moderated | closed
    closes_at BIGINT,
    comment_count BIGINT not null,              -- published ones; changes in the transaction that changes them
    revision BIGINT not null,                   -- every change in the thread adds one
    created_at BIGINT not null,
    unique (title, key),
    foreign key (title, section) references sections (title, name)
);
create index stories_newest on stories (title, published_at, id);

create table author_records (                   -- what a subscriber's comments came to, in one title
    subscriber UUID not null references subscribers (id),
    title TEXT not null references titles (id),
    version BIGINT not null,                    -- adds one with every change: a judgement on an older one is made anew
    published_count BIGINT not null,
    removed_count BIGINT not null,
    upheld_report_count BIGINT not null,
    pace_until BIGINT not null,                 -- how far ahead of the allowed pace of posting this author is
    primary key (subscriber, title)
);

create table comments (
    id UUID primary key,
    title TEXT not null references titles (id),
    story UUID not null references stories (id),
    parent UUID references comments (id),
    root UUID,                                  -- the top-level comment of the branch; null for that comment itself
    account UUID not null references accounts (id),
    subscriber UUID not null references subscribers (id),
    is_staff BOOLEAN not null,                  -- whether the author spoke for the paper
    seq BIGINT not null,                        -- the story's revision when it was written: the thread's order
    changed_at_revision BIGINT not null,        -- the story's revision when it last changed
    revision BIGINT not null,                   -- adds one with every change of text or status
    status TEXT not null,                       -- published | held | rejected | removed | withdrawn
    was_published BOOLEAN not null,             -- whether readers ever saw it: only then does a tombstone stand for it
    body TEXT not null,                         -- as typed
    body_fingerprint BIGINT not null,           -- equal for texts that only look different
    verdict UUID not null,                      -- on the text that stands
    created_at BIGINT not null,
    edited_at BIGINT,
    recommendation_count BIGINT not null,
    recommendations_moved_at BIGINT,            -- set until a job has told the story
    reply_count BIGINT not null,                -- published direct replies
    open_report_count BIGINT not null,
    queued_at BIGINT                            -- since when it waits for a moderator; null: it does not
);
create index comments_top_by_seq on comments (story, seq) where parent is null;
create index comments_top_by_recommendations on comments (story, recommendation_count, seq) where parent is null;
create index comments_branch on comments (root, seq) where root is not null;
create index comments_account on comments (account, created_at, id);
create index comments_subscriber on comments (subscriber, title, created_at);
create index comments_story_subscriber on comments (story, subscriber, seq);
create index comments_queue on comments (title, queued_at, id) where queued_at is not null;
create index comments_moved on comments (story) where recommendations_moved_at is not null;

create table comment_texts (                    -- every text that stood, by the revision that brought it
    comment UUID not null references comments (id),
    revision BIGINT not null,
    body TEXT not null,
    verdict UUID not null,
    created_at BIGINT not null,
    primary key (comment, revision)
);

create table verdicts (
    id UUID primary key,
    title TEXT not null references titles (id),
    comment UUID not null,                      -- the comment that was judged, or that an edit would have changed
    is_edit BOOLEAN not null,
    outcome TEXT not null,                      -- publish | hold | reject
    findings TEXT not null,                     -- JSON
    faults TEXT not null,                       -- JSON
    facts TEXT not null,                        -- JSON: all that was judged, the text too
    rule_set_version TEXT not null,
    engine_version BIGINT not null,
    judged_at BIGINT not null
);
create index verdicts_comment on verdicts (comment, judged_at);

create table recommendations (
    comment UUID not null references comments (id),
    subscriber UUID not null references subscribers (id),
    account UUID not null references accounts (id),
    story UUID not null,
    created_at BIGINT not null,
    primary key (comment, subscriber)
);
create index recommendations_story on recommendations (story, subscriber);

create table reports (
    id UUID primary key,
    title TEXT not null references titles (id),
    comment UUID not null references comments (id),
    account UUID not null references accounts (id),
    subscriber UUID not null references subscribers (id),
    clause TEXT not null references clause_ids (id),
    clause_version BIGINT not null,
    note TEXT,
    comment_revision BIGINT not null,
    body TEXT not null,                         -- the comment's text as it was reported
    outcome TEXT,                               -- null: open | upheld | dismissed
    decision UUID,
    created_at BIGINT not null,
    closed_at BIGINT,
    unique (comment, account)
);
create index reports_account on reports (account, created_at, id);
create index reports_subscriber on reports (subscriber, created_at);

create table decisions (
    id UUID primary key,
    title TEXT not null references titles (id),
    comment UUID not null references comments (id),
    judged_revision BIGINT not null,
    made_revision BIGINT not null,
    action TEXT not null,                       -- approve | remove | restore
    from_status TEXT not null,
    to_status TEXT not null,
    clause TEXT references clause_ids (id),
    clause_version BIGINT,
    note TEXT,
    moderator UUID not null references accounts (id),
    created_at BIGINT not null,
    unique (comment, judged_revision)
);

create table bans (
    id UUID primary key,
    scope TEXT not null,                        -- a title, or `all`
    subscriber UUID not null references subscribers (id),
    withdraws_comment BOOLEAN not null,
    withdraws_reply BOOLEAN not null,
    withdraws_recommend BOOLEAN not null,
    withdraws_report BOOLEAN not null,
    clause TEXT not null references clause_ids (id),
    clause_title TEXT not null references titles (id),
    clause_version BIGINT not null,
    until BIGINT,                               -- null: for good
    note TEXT,
    banned_by UUID,                             -- null: from the command line
    created_at BIGINT not null,
    lifted_at BIGINT,
    lifted_by UUID,
    lift_reason TEXT
);
create index bans_subscriber on bans (subscriber, created_at, id);
create index bans_newest on bans (scope, created_at, id);

create table ban_evidence (
    ban UUID not null references bans (id),
    comment UUID not null references comments (id),
    comment_revision BIGINT not null,
    body TEXT not null,                         -- as it read when the ban was made
    primary key (ban, comment)
);

create table statements (                       -- statements of reasons
    id UUID primary key,
    title TEXT not null references titles (id),
    account UUID not null references accounts (id),
    kind TEXT not null,                         -- held | rejected | removed | banned
    comment UUID,
    decision UUID,
    ban UUID,
    clause TEXT,
    clause_version BIGINT,
    is_automatic BOOLEAN not null,              -- whether a rule and not a person decided
    details TEXT not null,                      -- JSON: facts, privileges, until, the moderator's words to the author
    created_at BIGINT not null
);
create index statements_account on statements (account, created_at, id);

create table outbox (
    id UUID primary key,
    account UUID not null,
    message TEXT not null,                      -- which mail
    details TEXT not null,                      -- JSON: what it says; never a password
    created_at BIGINT not null,
    due_at BIGINT not null,
    attempts BIGINT not null,
    sent_at BIGINT,
    failed_at BIGINT
);
create index outbox_due on outbox (due_at, id) where sent_at is null and failed_at is null;

create table idempotency_keys (
    account UUID not null references accounts (id),
    key TEXT not null,
    route TEXT not null,
    digest BYTEA not null,                      -- SHA-256 of what was asked
    answer TEXT not null,                       -- what was answered then, in the use case's own words
    made TEXT not null,                         -- the public id of what was made
    created_at BIGINT not null,
    primary key (account, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

create table audit_log (                        -- append-only: no row is ever changed
    id UUID primary key,
    at BIGINT not null,
    actor_kind TEXT not null,
    actor UUID,
    action TEXT not null,
    title TEXT,
    subject TEXT,                               -- public id
    clause TEXT,
    clause_version BIGINT,
    details TEXT not null,                      -- JSON without names, addresses or texts
    private_hash BYTEA                          -- of the row beside it, if there is one
);
create index audit_log_at on audit_log (at, id);

create table audit_private (                    -- names, notes and addresses: may be erased without breaking the chain
    audit UUID primary key references audit_log (id),
    salt BYTEA not null,
    content TEXT not null
);

create table audit_seals (                      -- the chain, written by one job
    seq BIGINT primary key,
    audit UUID not null unique references audit_log (id),
    hash BYTEA not null
);
