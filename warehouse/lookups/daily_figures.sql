-- One row per day and source in `touched`: its figures, counted from articles, versions and quarantine.
with days as (select distinct day, source from touched),
published as (
    select
        cast(coalesce(date_published, first_seen) as date) as day, source, count(*) as articles,
        median(word_count) as median_words, avg(cast(len(authors) > 0 as integer)) as share_with_author,
        avg(cast(date_published is not null as integer)) as share_with_date
    from articles
    semi join days on days.day = cast(coalesce(date_published, first_seen) as date) and days.source = articles.source
    group by all
),
revised as (
    select cast(v.valid_from as date) as day, a.source, count(*) as revisions
    from article_versions as v join articles as a using (article_id)
    semi join days on days.day = cast(v.valid_from as date) and days.source = a.source
    where v.version > 1
    group by all
),
refused as (
    select cast(quarantined_at as date) as day, source, count(*) as rejected
    from quarantine where source in (select source from days) and resolved_at is null
    group by all
)
select
    days.day, days.source, coalesce(articles, 0) as articles, coalesce(revisions, 0) as revisions, median_words,
    coalesce(rejected, 0) as rejected, share_with_author, share_with_date
from days
left join published using (day, source)
left join revised using (day, source)
left join refused using (day, source)
