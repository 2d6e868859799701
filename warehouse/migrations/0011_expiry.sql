-- Captures whose raw bytes were removed from the archive because the owner keeps them for a time only.

alter table captures add column expired_at timestamptz;
comment on column captures.expired_at is 'When its bytes were removed from the archive, by [maintain] keep_archive; NULL while they are there.';
