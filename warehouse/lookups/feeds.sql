-- One row per feed or sitemap of these sources.
select feed_url, source, kind, interval_s, last_polled, next_poll, entry_ids::varchar[] as entry_ids, failures
from feeds where source in (select unnest($sources::varchar[]));
