-- One row per address of an article that is gone: the article was taken down, unless another address still leads to it.
update articles set removed_at = incoming.removed_at
from incoming
where articles.article_id = incoming.article_id and articles.removed_at is null
    and not exists (
        from internal.frontier as other
        where other.article_id = incoming.article_id and other.url_id is distinct from cast(incoming.url_id as uuid)
            and other.gone_since is null
    );
