-- One row per revision of an article of a story: who changed what, when.
select
    new.article_id, new.version, new.valid_from as revised_at, new.change_kind, old.headline as headline_before,
    new.headline as headline_after
from article_versions as new
join article_versions as old on old.article_id = new.article_id and old.version = new.version - 1
where new.article_id in (select article_id from story_clusters where cluster_id = $cluster_id)
    and old.article_id in (select article_id from story_clusters where cluster_id = $cluster_id)
    and ($when is null or new.valid_from <= $when)
order by revised_at, new.article_id
