-- One row per article that its outlet has taken down.
update articles set removed_at = incoming.removed_at
from incoming where articles.article_id = incoming.article_id and articles.removed_at is null;
