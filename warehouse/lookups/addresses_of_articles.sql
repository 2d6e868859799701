-- One row per name of these articles.
select cast(article_id as varchar) as article_id, cast(url_id as varchar) as url_id, kind
from (
    select article_id, url_id, kind from article_addresses
    union all
    select article_id, url_id, 'related' from internal.address_forms
)
semi join (select cast(unnest($article_ids::varchar[]) as uuid) as article_id) using (article_id);
