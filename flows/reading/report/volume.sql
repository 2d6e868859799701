-- Articles by day and outlet; outlets beyond the seven largest are one.
with recent as (
    select day, source, articles from daily_source_stats
    where day > cast($now as date) - 28 and day <= cast($now as date) and articles > 0
),
largest as (
    select source from recent group by source order by sum(articles) desc, source limit 7
)
select
    strftime(day, '%Y-%m-%d') as day,
    case when source in (from largest) then source else 'other' end as source,
    cast(sum(articles) as integer) as articles
from recent
group by all
order by all
