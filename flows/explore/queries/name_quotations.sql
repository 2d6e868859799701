-- One row per quotation of a speaker; the newest first.
with said as (select article_id, position, verb, quote from quotes where speaker = $name),
newest as materialized (
    select rowid as place, article_id, position, verb, quote, coalesce(date_published, first_seen) as published_at
    from articles
    join said using (article_id)
    where $when is null or first_seen <= $when
    order by published_at desc, article_id, position
    limit $rows
)
select published_at, source, verb, quote, headline, url, article_id
from (select article_id, source, headline, url from articles where rowid in (select place from newest))
join newest using (article_id)
order by published_at desc, article_id, position
