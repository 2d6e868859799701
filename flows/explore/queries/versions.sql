-- One row per version of an article.
select version, valid_from, valid_to, change_kind, headline, text, capture_id, extractor, run_id
from article_versions
where article_id = $article_id and ($when is null or valid_from <= $when)
order by version
