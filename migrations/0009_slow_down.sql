alter table author_records add column slow_until BIGINT not null default 0;  -- no comment before, by a rule that slows down
