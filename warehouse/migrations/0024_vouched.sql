-- What `dateline verify` did not vouch for: the frontier, addresses, feeds, pauses, figures by day, and what comes without a package.

alter table internal.frontier add column seal ubigint;
alter table article_addresses add column seal ubigint;
alter table internal.feeds add column seal ubigint;
alter table internal.domain_pauses add column seal ubigint;
comment on column internal.frontier.seal is 'Hash of the row as it was written, for `dateline verify`.';
comment on column article_addresses.seal is 'Hash of the row as it was written, for `dateline verify`.';
comment on column internal.feeds.seal is 'Hash of the row as it was written, for `dateline verify`.';
comment on column internal.domain_pauses.seal is 'Hash of the row as it was written, for `dateline verify`.';

alter table internal.inventory add column hash ubigint;
comment on column internal.inventory.hash is 'Of tables that are written without a package: a hash over their rows, whatever their order.';

-- Days were not counted anew when a page left quarantine later, so `rejected` was too high; now verify counts them all.
create temp table counted as
with published as (
    select
        cast(coalesce(date_published, first_seen) as date) as day, source, count(*) as articles,
        median(word_count) as median_words, avg(cast(len(authors) > 0 as integer)) as share_with_author,
        avg(cast(date_published is not null as integer)) as share_with_date
    from articles group by all
),
revised as (
    select cast(v.valid_from as date) as day, a.source, count(*) as revisions
    from article_versions as v join articles as a using (article_id) where v.version > 1 group by all
),
refused as (
    select cast(quarantined_at as date) as day, source, count(*) as rejected
    from quarantine where resolved_at is null group by all
)
select
    day, source, coalesce(articles, 0) as articles, coalesce(revisions, 0) as revisions, median_words,
    coalesce(rejected, 0) as rejected, share_with_author, share_with_date
from (select day, source from published union select day, source from revised union select day, source from refused)
left join published using (day, source) left join revised using (day, source) left join refused using (day, source);
delete from daily_source_stats;
insert into daily_source_stats by name select * from counted;
drop table counted;
update internal.inventory set row_count = (select count(*) from daily_source_stats) where table_name = 'daily_source_stats';
