-- Which outlets are first: of the stories that more than one outlet ran, how many each began.
-- :days integer = 30  how far back
select
    s.source, count(*) as shared_stories, count(*) filter (s.is_origin) as began,
    round(100 * count(*) filter (s.is_origin) / count(*), 1) as began_percent
from syndicated as s
join cluster_sizes as z using (cluster_id)
where z.sources > 1 and z.last_published > now() - to_days($days)
group by s.source
order by began desc, s.source
