-- One row per given text (number) and article of its source and site that has it.
with given as (
    select unnest($numbers::integer[]) as number, unnest($sources::varchar[]) as source,
        unnest($domains::varchar[]) as domain, unnest($words::integer[]) as word_count, unnest($texts::varchar[]) as text
)
select distinct number, cast(article_id as varchar) as article_id
from articles join given using (source, domain, word_count, text)
order by number, article_id;
