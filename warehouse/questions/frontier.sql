-- One row per URL that a run has found again, or that is due at one of its sources.
select
    cast(url_id as varchar) as url_id, source, url, state, cast(article_id as varchar) as article_id, next_check, attempts,
    first_seen, published, etag, last_modified, updated_raw, title,
    gone_since, coalesce(gone_times, 0) as gone_times, cast(capture_id as varchar) as capture_id
from frontier
where url_id in (select cast(unnest($url_ids::varchar[]) as uuid))
    or (next_check <= $now and source in (select unnest($sources::varchar[])));
