-- Articles by the hour in which they came in, and outlet; outlets beyond the seven largest are one.
with recent as (
    select date_trunc('hour', first_seen) as hour, source from articles where first_seen > $now - interval 48 hour
),
largest as (
    select source from recent group by source order by count(*) desc, source limit 7
)
select
    strftime(hour, '%Y-%m-%dT%H:%M:%SZ') as hour,
    case when source in (from largest) then source else 'other' end as source,
    count(*) as articles
from recent
group by all
order by all
