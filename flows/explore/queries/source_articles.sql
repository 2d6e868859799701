-- One row per article of a source; those that were seen first last.
select first_seen, date_published, headline, section, agency, authors, version, url, article_id
from articles
where source = $source and ($when is null or first_seen <= $when)
order by first_seen desc, url
limit $rows
