-- The history of one article: its versions, and sentence by sentence what each took out and put in.
-- :url text  the address, or a part of it
with chosen as (
    select article_id, url from articles where contains(url, $url) or contains(canonical_url, $url)
),
edits as (
    select article_id, version, position, edit, sentence
    from revision_diffs where article_id in (select article_id from chosen)
)
select
    v.version, v.valid_from, v.valid_to, v.change_kind, v.headline, e.edit, e.sentence, chosen.url
from chosen
join article_versions as v using (article_id)
left join edits as e on e.article_id = v.article_id and e.version = v.version
order by chosen.url, v.version, e.position, e.edit desc
