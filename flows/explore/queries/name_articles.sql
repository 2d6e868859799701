-- One row per article that names a person, an organization or a place; the newest first.
with named as (
    select article_id, count(*) as times from mentions where name = $name and kind = $kind group by article_id
)
select coalesce(date_published, first_seen) as published_at, source, headline, times, url, article_id
from articles
join named using (article_id)
where $when is null or first_seen <= $when
order by published_at desc, source
limit $rows
