-- One row per source: what came of it, and how fresh it is.
with arrived as (
    select
        source, count(*) as articles,
        count(*) filter (first_seen > $now - interval 1 day) as last_day,
        count(*) filter (first_seen > $now - interval 7 day) as last_week,
        median(date_diff('second', date_published, first_seen)) filter (
            first_seen > $now - interval 7 day and date_published_precision = 'instant' and date_published <= first_seen
        ) / 60 as minutes
    from articles group by source
)
select
    source, state, reason, last_run, last_new_article, coalesce(articles, 0) as articles,
    coalesce(last_day, 0) as last_day, coalesce(last_week, 0) as last_week, minutes,
    date_diff('minute', last_new_article, $now) as age
from sources left join arrived using (source)
order by state in ('silent', 'failing') desc, last_day desc, source
limit 60
