-- What is new since my last visit: articles that runs have loaded since then, newest first.
-- :since last_visit  a time; default the last time that this query was asked, or a day ago
-- :source text = NULL  one source only
-- :rows integer = 1000  at most
select a.first_seen, a.source, a.headline, a.date_published, a.agency, a.page_kind, a.url
from articles as a
join article_versions as v on v.article_id = a.article_id and v.version = 1
join runs as r on r.run_id = v.run_id
where r.ended_at > $since and ($source is null or a.source = $source)
order by a.first_seen desc, a.source, a.headline
limit $rows
