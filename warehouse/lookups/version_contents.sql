-- One row per version of these articles.
select cast(article_id as varchar) as article_id, version, headline, coalesce(text, '') as text
from article_versions
semi join (select cast(unnest($article_ids::varchar[]) as uuid) as article_id) using (article_id);
