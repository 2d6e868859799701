-- One row per article of these that was there at the time.
select
    article_id, coalesce(date_published, first_seen) as published_at, source, headline, text, language, agency, section,
    version, url
from articles
where article_id in (select unnest($articles::uuid[]))
