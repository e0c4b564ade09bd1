-- The address that an account changes to, on the link that was mailed there; null on every other link.
alter table account_tokens add column email TEXT;
