-- One row per version in the warehouse whose place in time changes; `was` is the number that it had.
update article_versions set
    version = incoming.version, valid_from = incoming.valid_from, valid_to = incoming.valid_to,
    change_kind = incoming.change_kind, capture_id = cast(incoming.capture_id as uuid)
from incoming
where article_versions.article_id = incoming.article_id and article_versions.version = incoming.was;

update articles set version = incoming.version, first_seen = least(first_seen, incoming.valid_from)
from incoming where articles.article_id = incoming.article_id and incoming.valid_to is null;
