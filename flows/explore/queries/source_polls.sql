-- One row per feed or sitemap of a source: its last poll.
select feed_url, kind, polled_at, outcome, status, error, entries, new_entries, gap, warnings
from feed_polls
where source = $source and ($when is null or polled_at <= $when)
qualify row_number() over (partition by feed_url order by polled_at desc) = 1
order by feed_url
