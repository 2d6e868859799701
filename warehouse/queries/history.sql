-- The history of one article: its versions, and sentence by sentence what each took out and put in.
-- :url text  the address, or a part of it
select
    v.version, v.valid_from, v.valid_to, v.change_kind, v.headline, d.edit, d.sentence, a.url
from articles as a
join article_versions as v using (article_id)
left join revision_diffs as d on d.article_id = v.article_id and d.version = v.version
where contains(a.url, $url) or contains(a.canonical_url, $url)
order by a.url, v.version, d.position, d.edit desc
