-- What servers do, remembered between runs: feeds that moved, validators that lie, indexes read in turns, domains that asked for a pause;
-- and what a feed says of an entry besides title and dates.

alter table feeds add column unchanged integer;
alter table feeds add column distrusted boolean;
alter table feeds add column moved_to varchar;
alter table feeds add column parts_read varchar[];
comment on column feeds.unchanged is 'Polls in a row that were answered "not modified": after some of them the feed is asked for as if it were new.';
comment on column feeds.distrusted is 'Whether its validators stayed the same while its entries changed: they are not sent any more.';
comment on column feeds.moved_to is 'Where it moved for good (301, 308): asked for there, until that fails.';
comment on column feeds.parts_read is 'Of a sitemap index: keys of the parts that were read already, so that the others come next.';

alter table feed_polls add column moved_to varchar;
comment on column feed_polls.moved_to is 'Where the feed moved for good, as this poll found it.';
comment on column feed_polls.warnings is 'What was repaired, cut or not believed: bad_char_ref, bad_char, malformed, cut, no_address, entries_gone, moved, validators_stale, validators_future, and the named limits feed_* and sitemap_*.';

alter table discoveries add column if not exists guid varchar;
alter table discoveries add column description varchar;
alter table discoveries add column categories varchar[];
alter table discoveries add column enclosures varchar[];
comment on column discoveries.guid is 'What the feed calls the entry, where no other entry of that poll is called so.';
comment on column discoveries.author is 'Authors that the feed names, with semicolons between them.';
comment on column discoveries.description is 'Summary that the feed gives.';
comment on column discoveries.categories is 'Categories that the feed puts it in.';
comment on column discoveries.enclosures is 'Addresses of pictures, sounds and films that the feed attaches.';

create table domain_pauses (domain varchar not null, paused_until timestamptz not null, noted_at timestamptz not null);
comment on table domain_pauses is 'One row per site that has asked for a pause (429 or 503, Retry-After): no run and no source asks it earlier.';
comment on column domain_pauses.domain is 'Registrable domain of the site.';
comment on column domain_pauses.paused_until is 'Until when it asked to be left alone.';
comment on column domain_pauses.noted_at is 'When this was written down.';
