-- One row per distinct content. The version before ends when the new one begins.
update article_versions set valid_to = incoming.valid_from
from incoming
where article_versions.article_id = incoming.article_id
    and article_versions.version < incoming.version and article_versions.valid_to is null;

insert into article_versions by name
select incoming.* from incoming anti join article_versions using (article_id, version);
