-- One row per article that was looked at and says what it said before.
update articles set last_seen = greatest(articles.last_seen, incoming.last_seen), removed_at = null
from incoming where articles.article_id = incoming.article_id;
