alter table comments add column simhash BIGINT;  -- of the text; null: too few words, or from before it was kept

-- What was written lately in a title is compared with every new comment, from the index alone.
drop index comments_by_time;
create index comments_by_time on comments (title, created_at, id, subscriber, simhash);
create index comments_story_time on comments (story, created_at, id);

alter table accounts add column name_bare TEXT;  -- the name's skeleton without what makes a name another; null: not known yet

create index accounts_name_bare on accounts (name_bare, subscriber);
