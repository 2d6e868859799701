-- One row per kind and name that stands in at least $least of the found articles: in how many of them, and in how many of all.
with
found as (select article_id from search_hits where asked = $asked),
named as (
    select distinct kind, name, article_id from mentions where list_contains($kinds::varchar[], kind)
    union all
    select 'source', source, article_id from articles where list_contains($kinds::varchar[], 'source')
    union all
    select distinct 'author', name, article_id
    from (select article_id, unnest(authors) as name from articles) where list_contains($kinds::varchar[], 'author')
),
inside as (
    select kind, name, count(*) as within from named semi join found using (article_id) group by all having within >= $least
)
select kind, name, any_value(within) as within, count(*) as everywhere
from named join inside using (kind, name)
group by kind, name
