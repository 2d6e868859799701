-- One row per distinct content. The one before ends when a new one begins; one of the past brings its own end.
update article_versions set valid_to = incoming.valid_from
from incoming
where article_versions.article_id = incoming.article_id and incoming.valid_to is null
    and article_versions.valid_from < incoming.valid_from and article_versions.valid_to is null;

insert into article_versions by name
select incoming.* from incoming anti join article_versions using (article_id, version);

update articles set first_seen = incoming.valid_from
from incoming where articles.article_id = incoming.article_id and incoming.valid_from < articles.first_seen;
