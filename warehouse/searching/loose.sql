-- One row per $at_once numbers whose words are to be sorted anew: several runs have added to them (a word that comes before
-- the one above it, more than once), or one content in a hundred is no longer current.
create or replace temp table dead_contents as
select number from search_articles as known
anti join articles on articles.article_id = known.article_id and hash(articles.content_hash) = known.content;
select part * $at_once + 1 as first, (part + 1) * $at_once as last
from (
    select (number - 1) // $at_once as part, count(*) as times
    from (select number, term < lag(term) over () as starts_again from search_terms)
    where starts_again group by part having times > 1
    union all
    select (number - 1) // $at_once, count(dead_contents.number) as dead
    from search_articles left join dead_contents using (number)
    group by all having dead * 100 >= count(*)
)
group by part
order by part;
