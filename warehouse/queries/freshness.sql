-- How long after publication an article was here, by outlet: median and 95th percentile in minutes.
-- :days integer = 7  how far back
select
    source, count(*) as articles,
    round(median(date_diff('second', date_published, first_seen)) / 60, 1) as median_minutes,
    round(quantile_cont(date_diff('second', date_published, first_seen), 0.95) / 60, 1) as p95_minutes,
    max(first_seen) as newest
from articles
where first_seen > now() - to_days($days) and date_published_precision = 'instant' and date_published <= first_seen
group by source
order by median_minutes, source
