-- One row per block of this source that has come before, with the number of the source's articles since.
select blocks.block, blocks.articles, count(articles.article_id) as since
from outlet_blocks as blocks
left join articles on articles.source = blocks.source and articles.first_seen >= blocks.first_seen
where blocks.source = $source and blocks.block in (select unnest($blocks::ubigint[]))
group by all;
