-- One row per feed or sitemap of these sources.
select
    feed_url, source, kind, interval_s, last_polled, next_poll, entry_ids::varchar[] as entry_ids, failures,
    coalesce(unchanged, 0) as unchanged, coalesce(distrusted, false) as distrusted, moved_to, parts_read
from internal.feeds where source in (select unnest($sources::varchar[]));
