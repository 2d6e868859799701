-- Gaps in feeds: polls that shared no entry with the one before, and whether a sitemap covered what was lost.
-- :days integer = 30  how far back
select source, feed_url, since, found_at, closed_at, refilled
from feed_gaps
where found_at > now() - to_days($days)
order by closed_at is not null, found_at desc
