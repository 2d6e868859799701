-- One row per URL that a run has found again, or that is due at one of its sources; with what a feed or sitemap
-- last said of it: a page that is asked for later, because a run was killed or the outlet was down, keeps that.
with wanted as (
    from internal.frontier
    where url_id in (select cast(unnest($url_ids::varchar[]) as uuid))
        or (next_check <= $now and source in (select unnest($sources::varchar[])))
),
announced as (
    select
        url_id,
        arg_max(struct_pack(
            found_in, title, published_raw, updated_raw, author, guid, description, categories, enclosures
        ), discovered_at) as announced
    from discoveries semi join wanted using (url_id, source, url)
    where via in ('feed', 'sitemap')
    group by url_id
)
select
    cast(url_id as varchar) as url_id, source, url, state, cast(article_id as varchar) as article_id, next_check, attempts,
    first_seen, published, etag, last_modified, updated_raw, title,
    gone_since, coalesce(gone_times, 0) as gone_times, cast(capture_id as varchar) as capture_id,
    announced
from wanted left join announced using (url_id);
