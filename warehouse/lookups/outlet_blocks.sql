-- One row per block that has come before at the source it is asked for, with the number of the source's articles since.
-- The semi join comes first: with `block in (…)` at the end, all blocks of a source met all of its articles before it.
with asked as (select unnest($sources::varchar[]) as source, unnest($blocks::ubigint[]) as block)
select blocks.source, blocks.block, blocks.articles, count(articles.article_id) as since
from internal.outlet_blocks as blocks
semi join asked on asked.source = blocks.source and asked.block = blocks.block
left join articles on articles.source = blocks.source and articles.first_seen >= blocks.first_seen
group by all;
