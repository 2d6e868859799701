-- One row per given url_id and article that is known by it. An outlet that names one canonical address on all of its
-- pages gives it to thousands of articles: the newest twenty are enough to see that it is not to be believed.
select distinct cast(url_id as varchar) as url_id, cast(article_id as varchar) as article_id
from (
    from (
        select url_id, article_id, kind, first_seen from article_addresses
        union all
        select url_id, article_id, 'related', null from internal.address_forms
    )
    semi join (select cast(unnest($url_ids::varchar[]) as uuid) as url_id) using (url_id)
    qualify row_number() over (partition by url_id, kind order by first_seen desc, article_id) <= 20
)
order by url_id, article_id;
