-- One row per name that stands in the same articles; the most frequent first.
with named as (select distinct article_id from mentions where name = $name and kind = $kind)
select kind, name, count(distinct article_id) as articles
from mentions
where article_id in (select article_id from named) and not (name = $name and kind = $kind)
group by kind, name
order by articles desc, name
limit 20
