-- One row per version of an article and sentence that it took out or put in; position 0 is the headline.
with versions as (
    select version, valid_from, change_kind, headline, sentences(text) as said
    from article_versions
    where article_id = $article_id and ($when is null or valid_from <= $when)
),
edits as (
    select new.version, new.valid_from, new.change_kind, unnest(list_concat(
        case when old.headline is distinct from new.headline then [
            {'position': 0::bigint, 'edit': 'removed', 'sentence': old.headline},
            {'position': 0::bigint, 'edit': 'added', 'sentence': new.headline}
        ] else [] end,
        list_filter(
            list_transform(old.said, (s, i) -> {'position': i, 'edit': 'removed', 'sentence': s}),
            e -> not list_contains(new.said, e.sentence)
        ),
        list_filter(
            list_transform(new.said, (s, i) -> {'position': i, 'edit': 'added', 'sentence': s}),
            e -> not list_contains(old.said, e.sentence)
        )
    )) as edit
    from versions as new
    join versions as old on old.version = new.version - 1
)
select version, valid_from, change_kind, edit.position as position, edit.edit as edit, edit.sentence as sentence
from edits
order by version, position, edit desc
