-- One row per quotation of a speaker; the newest first.
with said as (select article_id, position, verb, quote from quotes where speaker = $name)
select coalesce(date_published, first_seen) as published_at, source, verb, quote, headline, url, article_id
from articles
join said using (article_id)
where $when is null or first_seen <= $when
order by published_at desc, source, position
limit $rows
