-- What is new since my last visit: articles first seen since then, newest first.
-- :since last_visit  a time; default the last time that this query was asked, or a day ago
-- :source text = NULL  one source only
-- :rows integer = 100  at most
select first_seen, source, headline, date_published, agency, page_kind, url
from articles
where first_seen > $since and ($source is null or source = $source)
order by first_seen desc, source, headline
limit $rows
