-- One row per article that names a person, an organization or a place; the newest first.
with named as (
    select article_id, count(*) as times from mentions where name = $name and kind = $kind group by article_id
),
newest as materialized (
    select rowid as place, article_id, coalesce(date_published, first_seen) as published_at, times
    from articles
    join named using (article_id)
    where $when is null or first_seen <= $when
    order by published_at desc, article_id
    limit $rows
)
select published_at, source, headline, times, url, article_id
from (select article_id, source, headline, url from articles where rowid in (select place from newest))
join newest using (article_id)
order by published_at desc, article_id
