-- Tables of the machinery move to the schema `internal`; `main` has what analysts need (docs/decisions/0020).
-- schema_migrations stays: an older release looks there before it refuses a newer file.

create table internal.frontier (
    url_id uuid not null, source varchar not null, url varchar not null, article_id uuid,
    state varchar not null, first_seen timestamptz not null, last_checked timestamptz, next_check timestamptz,
    attempts integer not null, published timestamptz, capture_id uuid, etag varchar, last_modified varchar,
    updated_raw varchar, title varchar, gone_since timestamptz, gone_times integer
);
insert into internal.frontier by name select * from main.frontier;
drop table main.frontier;
comment on table internal.frontier is 'One row per URL identity ever discovered: what is known of it, and when it is looked at next.';
comment on column internal.frontier.url_id is 'First 128 bits of SHA-256 over the identity of the URL: equal for utm, AMP and other forms of one address.';
comment on column internal.frontier.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column internal.frontier.url is 'The address as last seen.';
comment on column internal.frontier.article_id is 'The article that it led to; NULL while it led to none.';
comment on column internal.frontier.state is 'What came of the last look: an outcome.';
comment on column internal.frontier.first_seen is 'When it was first discovered (UTC).';
comment on column internal.frontier.last_checked is 'When it was last asked for (UTC).';
comment on column internal.frontier.next_check is 'When it is looked at again (UTC); NULL for never.';
comment on column internal.frontier.attempts is 'Failed attempts in a row.';
comment on column internal.frontier.published is 'Publication of its article (UTC).';
comment on column internal.frontier.capture_id is 'The archived response; see captures.';
comment on column internal.frontier.etag is 'ETag of the response, as received.';
comment on column internal.frontier.last_modified is 'Last-Modified of the response, as received.';
comment on column internal.frontier.updated_raw is 'Time of the last change as the feed or sitemap wrote it.';
comment on column internal.frontier.title is 'Title that the feed gave.';
comment on column internal.frontier.gone_since is 'First of the 404 or 410 answers in a row; NULL while the page is there.';
comment on column internal.frontier.gone_times is 'How many of them there were.';

create table internal.feeds (
    feed_url varchar not null, source varchar not null, kind varchar not null, entry_ids uuid[],
    interval_s double not null, last_polled timestamptz not null, next_poll timestamptz not null,
    failures integer not null, unchanged integer, distrusted boolean, moved_to varchar, parts_read varchar[]
);
insert into internal.feeds by name select * from main.feeds;
drop table main.feeds;
comment on table internal.feeds is 'One row per feed or sitemap that was ever polled: what it announced last, and when it is due.';
comment on column internal.feeds.feed_url is 'Address of the feed or sitemap.';
comment on column internal.feeds.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column internal.feeds.kind is 'feed or sitemap.';
comment on column internal.feeds.entry_ids is 'Identities of the entries of its last good answer: the next one must share some.';
comment on column internal.feeds.interval_s is 'Seconds between two polls on a schedule; follows the rate of new entries.';
comment on column internal.feeds.last_polled is 'Last poll (UTC).';
comment on column internal.feeds.next_poll is 'When it is due on a schedule (UTC).';
comment on column internal.feeds.failures is 'Polls in a row that brought no feed.';
comment on column internal.feeds.unchanged is 'Polls in a row that were answered "not modified": after some of them the feed is asked for as if it were new.';
comment on column internal.feeds.distrusted is 'Whether its validators stayed the same while its entries changed: they are not sent any more.';
comment on column internal.feeds.moved_to is 'Where it moved for good (301, 308): asked for there, until that fails.';
comment on column internal.feeds.parts_read is 'Of a sitemap index: keys of the parts that were read already, so that the others come next.';

create table internal.domain_pauses (
    domain varchar not null, paused_until timestamptz not null, noted_at timestamptz not null
);
insert into internal.domain_pauses by name select * from main.domain_pauses;
drop table main.domain_pauses;
comment on table internal.domain_pauses is 'One row per site that has asked for a pause (429 or 503, Retry-After): no run and no source asks it earlier.';
comment on column internal.domain_pauses.domain is 'Registrable domain of the site.';
comment on column internal.domain_pauses.paused_until is 'Until when it asked to be left alone.';
comment on column internal.domain_pauses.noted_at is 'When this was written down.';

create table internal.outlet_blocks (
    source varchar not null, block ubigint not null, articles integer not null,
    first_seen timestamptz not null, last_seen timestamptz not null, sample varchar
);
insert into internal.outlet_blocks by name select * from main.outlet_blocks;
drop table main.outlet_blocks;
comment on table internal.outlet_blocks is 'One row per source and block: a paragraph, known by a hash, and how often it came.';
comment on column internal.outlet_blocks.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column internal.outlet_blocks.block is '64 bits of BLAKE2b over the normalised paragraph, its numbers blanked.';
comment on column internal.outlet_blocks.articles is 'Articles in which it has been seen, each counted once.';
comment on column internal.outlet_blocks.first_seen is 'When it was first seen (UTC).';
comment on column internal.outlet_blocks.last_seen is 'When it was last seen (UTC).';
comment on column internal.outlet_blocks.sample is 'Its first 200 characters, as first seen.';

create table internal.packages (
    package_id varchar not null, run_id uuid not null, loaded_at timestamptz not null, manifest json
);
insert into internal.packages by name select * from main.packages;
drop table main.packages;
comment on table internal.packages is 'One row per load package: written in the transaction that loaded it, so that it loads exactly once.';
comment on column internal.packages.package_id is 'Name of the staged package.';
comment on column internal.packages.run_id is 'The run that wrote the row; see runs.';
comment on column internal.packages.loaded_at is 'When (UTC).';
comment on column internal.packages.manifest is 'Its files with row counts and checksums.';

create table internal.lsh_index (
    article_id uuid not null, bands uinteger[24]
);
insert into internal.lsh_index by name select * from main.lsh_index;
drop table main.lsh_index;
comment on table internal.lsh_index is 'One row per article: its MinHash signature (tasks.understand.signature).';
comment on column internal.lsh_index.article_id is 'The article; see articles.article_id.';
comment on column internal.lsh_index.bands is 'Articles that agree in one of these, at the same place, are compared exactly; NULL for a text of under 30 words.';

create or replace view boilerplate as
-- One row per source and block that has been seen often enough to be taken out of bodies.
select source, articles, sample, first_seen, last_seen from internal.outlet_blocks where articles >= 3;
comment on view boilerplate is 'Blocks that recur across the articles of an outlet; see tasks/base/boilerplate.py for what is removed.';
comment on column boilerplate.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column boilerplate.articles is 'Articles in which it has been seen.';
comment on column boilerplate.sample is 'Its first 200 characters.';
comment on column boilerplate.first_seen is 'When it was first seen (UTC).';
comment on column boilerplate.last_seen is 'When it was last seen (UTC).';

-- The inventory names tables outside of main by their schema.
update internal.inventory set table_name = 'internal.' || table_name
where table_name in ('frontier', 'feeds', 'domain_pauses', 'outlet_blocks', 'packages', 'lsh_index');
