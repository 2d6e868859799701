-- One row per gap in a feed of a source; closed_at is NULL while no sitemap has covered it.
select feed_url, since, found_at, closed_at, refilled
from feed_gaps
where source = $source and ($when is null or found_at <= $when)
order by found_at desc
limit 30
