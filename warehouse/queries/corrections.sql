-- Corrections: articles to which an editor's note or correction was added, with the sentences that came in.
-- :days integer = 30  how far back
select
    r.revised_at, r.source, r.headline_after as headline,
    string_agg(d.sentence, ' … ' order by d.position) filter (d.edit = 'added' and d.position > 0) as added, r.url
from revisions as r
join revision_diffs as d using (article_id, version)
where r.change_kind = 'correction' and r.revised_at > now() - to_days($days)
group by r.revised_at, r.source, r.headline_after, r.url
order by r.revised_at desc
