-- One row per given article whose text stands at other addresses of its host, in the warehouse or among those given.
with given as (
    select unnest($idents::uuid[]) as article_id, unnest($domains::varchar[]) as domain,
        unnest($words::integer[]) as word_count, unnest($texts::varchar[]) as text
),
everywhere as (
    select article_id, domain, word_count, text from given
    union all
    select articles.article_id, articles.domain, articles.word_count, articles.text
    from articles semi join given using (domain, word_count)
)
select cast(given.article_id as varchar) as article_id, count(distinct everywhere.article_id) as addresses
from given join everywhere using (domain, word_count, text)
where everywhere.article_id <> given.article_id
group by given.article_id;
