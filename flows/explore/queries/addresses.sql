-- One row per kind and address that an article is known by.
select kind, url, source, first_seen
from article_addresses
where article_id = $article_id
order by kind, first_seen, url
