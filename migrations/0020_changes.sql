-- What changed, for the other nodes to hear of; kept for an hour.
create table changes (
    id UUID primary key,
    node UUID not null,                         -- the process that made it
    person UUID not null,                       -- whose privileges changed: a subscriber's id
    changed_at BIGINT not null
);
create index changes_changed on changes (changed_at);
