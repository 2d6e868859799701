-- One row per feed: the validators of its last poll that may be remembered.
select feed_url, etag, last_modified
from feed_polls
where outcome = 'ok' and source in (select unnest($sources::varchar[]))
qualify row_number() over (partition by feed_url order by polled_at desc) = 1;
