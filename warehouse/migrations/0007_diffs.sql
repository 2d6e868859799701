-- The difference between two versions, sentence by sentence, in SQL.

create macro sentences(body) as
    list_filter(
        list_transform(regexp_extract_all(coalesce(body, ''), '[^.!?…\n]+(?:[.!?…]+["”’»)]*|\n|$)'), s -> trim(s, E' \n\t')),
        s -> s <> ''
    );

create view revision_diffs as
-- One row per sentence that a revision took out or put in, in the order of the text; a changed headline first, as 0.
with pairs as (
    select *, sentences(text_before) as before, sentences(text_after) as after from revisions
),
edits as (
    select article_id, version, 0 as position, 'removed' as edit, headline_before as sentence
    from pairs where headline_before is distinct from headline_after
    union all
    select article_id, version, 0, 'added', headline_after
    from pairs where headline_before is distinct from headline_after
    union all
    select article_id, version, position, 'removed', sentence from (
        select article_id, version, after, unnest(before) as sentence, generate_subscripts(before, 1) as position from pairs
    ) where not list_contains(after, sentence)
    union all
    select article_id, version, position, 'added', sentence from (
        select article_id, version, before, unnest(after) as sentence, generate_subscripts(after, 1) as position from pairs
    ) where not list_contains(before, sentence)
)
select
    edits.article_id, pairs.source, pairs.url, edits.version, pairs.change_kind, pairs.revised_at, edits.position, edits.edit,
    edits.sentence
from edits join pairs using (article_id, version)
order by edits.article_id, edits.version, edits.position, edits.edit desc;
comment on view revision_diffs is 'One row per sentence that a revision took out or put in; position 0 is the headline.';
