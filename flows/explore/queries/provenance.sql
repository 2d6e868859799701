-- One row per claim about a field of an article: who claims what, and which claim won.
select
    'date ' || role as field, signal, raw, instant, zone_known, precision, chosen, conflict
from article_dates
where article_id = $article_id
union all
select field, signal, raw, null, null, null, chosen, null
from article_signals
where article_id = $article_id
order by field, chosen desc, signal, raw
