-- Accounts that were deleted lately, whose names are forgotten elsewhere.
create index accounts_deleted on accounts (deleted_at) where deleted_at is not null;
