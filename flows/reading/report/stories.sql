-- The stories of the last week that most outlets ran.
with biggest as (
    select * from cluster_sizes
    where sources > 1 and last_published > $now - interval 7 day
    order by sources desc, articles desc, headline
    limit 10
)
select
    b.headline, b.origin_url as url, b.origin_source as origin, b.agency, b.articles, b.sources, b.first_published as published,
    list(distinct s.source order by s.source) as outlets
from biggest as b
join syndicated as s using (cluster_id)
group by all
order by sources desc, articles desc, headline
