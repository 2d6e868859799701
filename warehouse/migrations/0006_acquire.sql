-- What polling and looking again remember: the pace of each feed, gaps, and pages that are gone.

create table feeds (
    feed_url varchar not null, source varchar not null, kind varchar not null, entry_ids uuid[], interval_s double not null,
    last_polled timestamptz not null, next_poll timestamptz not null, failures integer not null
);
comment on table feeds is 'One row per feed or sitemap that was ever polled: what it announced last, and when it is due.';
comment on column feeds.entry_ids is 'Identities of the entries of its last good answer: the next one must share some.';
comment on column feeds.interval_s is 'Seconds between two polls on a schedule; follows the rate of new entries.';
comment on column feeds.failures is 'Polls in a row that brought no feed.';

alter table feed_polls add column kind varchar;
alter table feed_polls add column oldest_seen timestamptz;
alter table feed_polls add column newest_seen timestamptz;
comment on column feed_polls.kind is 'feed or sitemap.';
comment on column feed_polls.oldest_seen is 'When the longest known of its entries was first discovered.';
comment on column feed_polls.newest_seen is 'When the latest of its entries was first discovered; the poll itself if one is new.';
comment on column feed_polls.new_entries is 'Entries of addresses that the warehouse had never heard of.';

alter table fetches add column tdm varchar[];
comment on column fetches.tdm is 'Reservations against text and data mining in the answer: where, and what.';

alter table frontier add column gone_since timestamptz;
alter table frontier add column gone_times integer;
comment on column frontier.gone_since is 'First of the 404 or 410 answers in a row; NULL while the page is there.';
comment on column frontier.gone_times is 'How many of them there were.';

alter table articles add column removed_at timestamptz;
comment on column articles.removed_at is 'When the outlet was found to have taken it down: repeated 404 or 410 over two days.';

create view feed_gaps as
-- One row per gap: a poll that shared no entry with the one before. A sitemap that reaches from what was known before the
-- gap to what was first seen after it closes it, because what lies between is in it too.
with polls as (
    select *, lag(polled_at) over (partition by feed_url order by polled_at) as before
    from feed_polls where outcome in ('ok', 'not_modified') and coalesce(kind, 'feed') = 'feed'
)
select
    polls.source, polls.feed_url, polls.run_id, polls.before as since, polls.polled_at as found_at,
    min(refill.polled_at) as closed_at, arg_min(refill.new_entries, refill.polled_at) as refilled
from polls
left join feed_polls as refill
    on refill.source = polls.source and refill.kind = 'sitemap' and refill.outcome = 'ok'
    and refill.polled_at >= polls.polled_at and refill.oldest_seen <= polls.before and refill.newest_seen >= polls.polled_at
where polls.gap
group by all;
comment on view feed_gaps is 'One row per gap in a feed; closed_at is NULL while no sitemap has covered it.';
