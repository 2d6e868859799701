-- Corrections: articles to which an editor's note or correction was added, with the sentences that came in.
-- :days integer = 30  how far back
with chosen as (
    -- By row number, so that of the texts only those of these versions and the ones before them are read.
    select article_id, version, valid_from as revised_at
    from article_versions where change_kind = 'correction' and valid_from > now() - to_days($days)
),
places as (
    select v.rowid as place, chosen.version, chosen.revised_at
    from article_versions as v
    join chosen on v.article_id = chosen.article_id and v.version in (chosen.version, chosen.version - 1)
),
texts as (
    select v.article_id, v.version, v.headline, sentences(v.text) as said, places.version as into_version, revised_at
    from article_versions as v join places on v.rowid = places.place
),
edits as (
    select
        new.article_id, new.revised_at, new.headline, new.headline is distinct from old.headline as retitled,
        list_filter(new.said, s -> not list_contains(old.said, s)) as added,
        list_filter(old.said, s -> not list_contains(new.said, s)) as removed
    from texts as new
    join texts as old on old.article_id = new.article_id and old.into_version = new.version and old.version = new.version - 1
    where new.version = new.into_version
)
select revised_at, source, edits.headline, nullif(array_to_string(edits.added, ' … '), '') as added, url
from edits join articles using (article_id)
where retitled or len(edits.added) + len(removed) > 0
order by revised_at desc
