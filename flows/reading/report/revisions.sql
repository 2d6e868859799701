-- The revisions of the last day, with the sentences that they took out and put in.
with recent as (
    select * from revisions where revised_at > $now - interval 1 day
    order by change_kind <> 'correction', change_kind <> 'headline', revised_at desc, url
    limit 20
),
edits as (
    select article_id, version, list(struct_pack(edit, sentence) order by position, edit desc) as edits
    from revision_diffs
    where revised_at > $now - interval 1 day
    group by all
)
select source, url, headline_after as headline, version, change_kind, revised_at, edits
from recent join edits using (article_id, version)
order by change_kind <> 'correction', change_kind <> 'headline', revised_at desc, url
