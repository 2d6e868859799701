-- One row per source and full day on which it was polled, after the day of its first poll (which brings the backlog).
with first as (select source, min(cast(polled_at as date)) as day from feed_polls group by source),
days as (
    select distinct polls.source, cast(polls.polled_at as date) as day
    from feed_polls as polls join first using (source)
    where polls.polled_at >= $since and cast(polls.polled_at as date) < cast($now as date)
        and cast(polls.polled_at as date) > first.day and polls.source in (select unnest($sources::varchar[]))
),
new as (select source, cast(first_seen as date) as day, count(*) as articles from articles where first_seen >= $since group by all)
select days.source, days.day, coalesce(new.articles, 0) as articles
from days left join new using (source, day);
