-- Strikes that fade, warnings, each title's ladder, taking decisions back, bans of many, and mail as the reader wants it.
create table strikes (                          -- points for a removed comment
    id UUID primary key,
    subscriber UUID not null references subscribers (id),
    title TEXT not null references titles (id),
    clause TEXT not null references clause_ids (id),
    clause_version BIGINT not null,
    points BIGINT not null,                     -- what the clause weighed then; they fade as the ladder in force says
    decision UUID not null unique,              -- written a moment after it, in the same transaction
    created_at BIGINT not null,
    taken_back_at BIGINT                        -- its comment was restored, or its decision undone; null: it stands
);
create index strikes_subscriber on strikes (subscriber, title, created_at);

create table ladders (                          -- every version of a title's ladder, as it was written; none: the built-in one
    title TEXT not null references titles (id),
    version BIGINT not null,
    source TEXT not null,                       -- TOML
    published_at BIGINT not null,
    published_by UUID,                          -- null: from the command line
    primary key (title, version)
);

create table warnings (                         -- reminders and warnings
    id UUID primary key,
    subscriber UUID not null references subscribers (id),
    title TEXT not null references titles (id),
    kind TEXT not null,                         -- reminder | warning
    clause TEXT not null references clause_ids (id),
    clause_version BIGINT not null,
    note TEXT,                                  -- for the other moderators
    warned_by UUID not null references accounts (id),
    created_at BIGINT not null,
    acknowledged_at BIGINT,                     -- until then a warning closes commenting in the title
    acknowledged_by UUID references accounts (id)
);
create index warnings_subscriber on warnings (subscriber, created_at, id);

alter table decisions add column queued_before BIGINT;          -- how long the comment had waited, and
alter table decisions add column open_reports_before BIGINT;    -- how many reports were open; null: decided before this was kept
alter table decisions add column undone_at BIGINT;
alter table decisions add column undone_by UUID;
alter table decisions add column ban UUID;                      -- the ban that took the comment along

create index decisions_ban on decisions (ban) where ban is not null;

create table decided_reports (                  -- what reports were before a decision changed them
    decision UUID not null,                     -- written a moment after, in the same transaction
    report UUID not null references reports (id),
    outcome TEXT,
    earlier_decision UUID,
    closed_at BIGINT,
    primary key (decision, report)
);

create table ban_batches (                      -- bans made in one act
    id UUID primary key,
    title TEXT not null references titles (id),
    clause TEXT not null references clause_ids (id),
    made_by UUID,                               -- null: from the command line
    affected_count BIGINT not null,
    protected_count BIGINT not null,
    created_at BIGINT not null,
    undone_at BIGINT,
    undone_by UUID
);
create index ban_batches_title on ban_batches (title, created_at);
alter table bans add column batch UUID;
alter table bans add column comments TEXT not null default 'keep';   -- keep | remove | remove_held
alter table bans add column removed_comment_count BIGINT not null default 0;
alter table bans add column left_comment_count BIGINT not null default 0;   -- more than one act takes along
alter table bans add column proposal TEXT;      -- JSON: what the ladder proposed when the moderator departed from it
create index bans_batch on bans (batch);

alter table statements add column taken_back_at BIGINT;   -- what it tells of was undone
alter table statements add column digest_due_at BIGINT;   -- waits to be mailed with others; null: it does not
create index outbox_account on outbox (account, created_at);
create index statements_about on statements (decision);
create index statements_of_ban on statements (ban);
create index statements_digest on statements (digest_due_at) where digest_due_at is not null;

create table mail_choices (                     -- how an account wants to be told of decisions
    account UUID primary key references accounts (id),
    digest TEXT not null,                       -- each | hourly | daily
    chosen_at BIGINT not null
);
