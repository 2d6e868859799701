-- One row per article to compare. By row number, so that only those parts of the column are read that hold such a text.
with rows as (select articles.rowid as place, nodes.number from articles join nodes using (article_id) where is_seed = $seeds)
select rows.number, coalesce(articles.text, '') as text
from articles join rows on articles.rowid = rows.place;
