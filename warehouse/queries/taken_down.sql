-- Articles that their outlet has taken down: repeated 404 or 410 over two days.
-- :days integer = 90  how far back
select removed_at, source, headline, date_published, version, url
from articles
where removed_at > now() - to_days($days)
order by removed_at desc
