-- One row per article that has no place in the index yet.
select cast(article_id as varchar) as article_id, coalesce(text, '') as text
from articles anti join internal.lsh_index using (article_id)
order by first_seen, article_id
limit $limit;
