-- One row per hit: where one of the words stands, or how the text begins. {rows} reads them (warehouse/places.py).
select
    round(score, 2) as score, published_at, source, headline,
    substr(text, greatest(coalesce(list_min(list_filter(
        list_transform($words::varchar[], word -> strpos(lower(strip_accents(text)), rtrim(word, '*'))),
        place -> place > 0)), 1) - 60, 1), 220) as excerpt, url
from ({rows})
join (select unnest($places::bigint[]) as place, unnest($scores::double[]) as score) using (place)
order by round(score, 2) desc, published_at desc, url
