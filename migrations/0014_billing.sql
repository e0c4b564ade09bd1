-- A subscriber may have several subscriptions of one source, each known by a key. Nothing refers to the table by its name.
create table subscriptions_by_key (
    id UUID primary key,
    subscriber UUID not null references subscribers (id),
    source TEXT not null,                       -- manual | stripe | billing | token | import: who spoke of it last
    key UUID references link_keys (id),         -- the subscription's, the seat's or the login's; null: granted by hand
    status TEXT not null,
    valid_until BIGINT,                         -- null: until changed
    plan TEXT,                                  -- the tier
    since BIGINT not null,                      -- when its source says that it became so
    created_at BIGINT not null,
    updated_at BIGINT not null
);
insert into subscriptions_by_key (id, subscriber, source, status, valid_until, since, created_at, updated_at)
    select id, subscriber, source, status, valid_until, updated_at, created_at, updated_at from subscriptions;
drop table subscriptions;
alter table subscriptions_by_key rename to subscriptions;
create unique index subscriptions_manual on subscriptions (subscriber) where key is null;
create unique index subscriptions_key on subscriptions (key) where key is not null;
create index subscriptions_subscriber on subscriptions (subscriber);

create table billing_events (                   -- what billing systems told, as far as we read it; ids as keyed hashes alone
    id UUID primary key,
    hash BYTEA not null unique,                 -- of its sender and what the sender calls it: one that comes again is the same
    source TEXT not null,
    at BIGINT not null,                         -- by the sender's clock, in whole seconds
    fact TEXT not null,                         -- tie | status | paid | refunded | disputed | dispute_won
    subscriber UUID references subscribers (id),-- null: whose it is is not known yet, and it waits
    subscription UUID references link_keys (id),
    customer UUID references link_keys (id),
    payment UUID references link_keys (id),
    charge BYTEA,
    invoice BYTEA,
    status TEXT,                                -- of a status
    valid_until BIGINT,
    plan TEXT,
    received_at BIGINT not null
);
create index billing_events_subscription on billing_events (subscription, at);
create index billing_events_customer on billing_events (customer, at);
create index billing_events_charge on billing_events (charge) where charge is not null;
create index billing_events_invoice on billing_events (invoice) where invoice is not null;
create index billing_events_waiting on billing_events (received_at, id) where subscriber is null;

create table billing_marks (                    -- payments and invoices that were spoken of: whoever speaks of one locks its row
    hash BYTEA primary key
);
