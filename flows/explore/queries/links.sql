-- One row per link on an article's page; in the story first.
select kind, position, url, anchor
from article_links
where article_id = $article_id
order by array_position(['body', 'related', 'sponsored', 'navigation'], kind), position
