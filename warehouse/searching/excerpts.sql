-- One row per hit: where one of the words stands, or how the text begins, in whole words. {rows} reads them (warehouse/rowids.py).
with shown as (
    select
        score, published_at, source, headline, url, text,
        greatest(coalesce(list_min(list_filter(
            list_transform($words::varchar[], word -> strpos(lower(strip_accents(text)), rtrim(word, '*'))),
            place -> place > 0)), 1) - 60, 1) as start
    from ({rows})
    join (select unnest($places::bigint[]) as place, unnest($scores::double[]) as score) using (place)
)
select
    round(score, 2) as score, published_at, source, headline,
    case when start > 1 then '…' || regexp_replace(substr(text, start, 60), '^\S*\s+', '') else substr(text, start, 60) end
        || case when length(text) >= start + 220 then regexp_replace(substr(text, start + 60, 160), '\s+\S*$', '') || '…'
            else substr(text, start + 60, 160) end as excerpt,
    url
from shown
order by round(score, 2) desc, published_at desc, url
