-- One row per facet and value: how many articles have it; the forty that most articles have.
with counted as (
    select 'source' as facet, source as value, count(*) as articles from articles group by source
    union all
    select 'collection', collection, count(*) from source_collections group by collection
    union all
    select 'language', language, count(*) from articles group by language
    union all
    select 'agency', agency, count(*) from articles group by agency
    union all
    select 'section', section, count(*) from articles group by section
)
select facet, value, articles
from counted
where value <> '' and (facet <> 'language' or regexp_full_match(value, '[a-z]{2,3}(-.*)?'))
qualify row_number() over (partition by facet order by articles desc, value) <= 40
order by facet, articles desc, value
