insert into search_articles
select number, article_id, content, len(headline_words) + len(text_words) from fresh_contents;
insert into search_terms
select
    term, number, cast(least(count(*) filter (in_headline), 65535) as usmallint),
    cast(least(count(*) filter (not in_headline), 65535) as usmallint)
from (
    select unnest(headline_words) as term, number, true as in_headline from fresh_contents
    union all
    select unnest(text_words), number, false from fresh_contents
)
group by term, number
order by term, number;
