-- The stories that most outlets ran, with who ran them.
-- :days integer = 7  how far back
-- :rows integer = 20  at most
select
    z.headline, z.sources as outlets, z.articles, z.agency, z.origin_source, z.first_published, z.last_published,
    list(distinct s.source order by s.source) as carried_by
from cluster_sizes as z
join syndicated as s using (cluster_id)
where z.last_published > now() - to_days($days)
group by all
order by outlets desc, articles desc, z.headline
limit $rows
