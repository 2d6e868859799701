-- One row per source: how it is, and what came of it lately; those in trouble first.
with counted as (
    select
        source, sum(articles) as articles,
        sum(articles) filter (day > cast(coalesce($when, now()) as date) - 7) as last_week
    from daily_source_stats
    where $when is null or day <= cast($when as date)
    group by source
),
held as (
    select source, count(*) as in_quarantine from quarantine where resolved_at is null group by source
)
select
    source, title, state, reason, last_run, last_new_article, coalesce(articles, 0) as articles,
    coalesce(last_week, 0) as last_week, coalesce(in_quarantine, 0) as in_quarantine, url
from sources
left join counted using (source)
left join held using (source)
order by state in ('silent', 'failing') desc, articles desc, source
