-- The same differences, worked out row by row: a question about one article or one day no longer reads every revision.

create or replace view revision_diffs as
-- One row per sentence that a revision took out or put in, in the order of the text; a changed headline first, as 0.
select
    article_id, source, url, version, change_kind, revised_at, edit.position as position, edit.edit as edit,
    edit.sentence as sentence
from (
    select
        * exclude (before, after),
        unnest(list_concat(
            case when headline_before is distinct from headline_after then [
                {'position': 0::bigint, 'edit': 'removed', 'sentence': headline_before},
                {'position': 0::bigint, 'edit': 'added', 'sentence': headline_after}
            ] else [] end,
            list_filter(
                list_transform(before, (s, i) -> {'position': i, 'edit': 'removed', 'sentence': s}),
                e -> not list_contains(after, e.sentence)
            ),
            list_filter(
                list_transform(after, (s, i) -> {'position': i, 'edit': 'added', 'sentence': s}),
                e -> not list_contains(before, e.sentence)
            )
        )) as edit
    from (select *, sentences(text_before) as before, sentences(text_after) as after from revisions)
)
order by article_id, version, position, edit desc;
comment on view revision_diffs is 'One row per sentence that a revision took out or put in; position 0 is the headline.';
comment on column revision_diffs.article_id is 'The article; see articles.article_id.';
comment on column revision_diffs.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column revision_diffs.url is 'Address of the page.';
comment on column revision_diffs.version is 'Version of the article, from 1.';
comment on column revision_diffs.change_kind is 'new, headline, lede, body or correction.';
comment on column revision_diffs.revised_at is 'When the new version was first seen (UTC).';
comment on column revision_diffs."position" is 'Of the sentence in its version, from 1; 0 is the headline.';
comment on column revision_diffs.edit is 'removed or added.';
comment on column revision_diffs.sentence is 'The sentence.';
