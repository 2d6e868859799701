-- Corrections: articles to which an editor's note or correction was added, with the sentences that came in.
-- :days integer = 30  how far back
select
    d.revised_at, d.source, any_value(v.headline) as headline,
    string_agg(d.sentence, ' … ' order by d.position) filter (d.edit = 'added' and d.position > 0) as added, d.url
from revision_diffs as d
join article_versions as v using (article_id, version)
where d.change_kind = 'correction' and d.revised_at > now() - to_days($days)
group by d.revised_at, d.source, d.url, d.article_id, d.version
order by d.revised_at desc
