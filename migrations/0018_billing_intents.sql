-- What ties a payment to its invoice where neither names the other.
alter table billing_events add column intent BYTEA;
create index billing_events_intent on billing_events (intent) where intent is not null;
