-- One row per guid that an article is known by.
select cast(url_id as varchar) as url_id, min(first_seen) as first_seen
from article_addresses
semi join (select cast(unnest($url_ids::varchar[]) as uuid) as url_id) using (url_id)
where kind = 'guid'
group by url_id;
