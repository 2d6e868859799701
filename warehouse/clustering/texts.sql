-- One row per article to compare: where its row is, so that only the parts of the texts that hold one are read.
select articles.rowid as place, nodes.number
from articles join nodes using (article_id)
where is_seed = $seeds;
