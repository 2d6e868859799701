-- One row per capture of these.
select
    cast(capture_id as varchar) as capture_id, url, coalesce(requested_url, url) as requested_url, source, fetched_at, status,
    content_type, etag, last_modified, digest, body_bytes, warc_file, warc_offset, warc_length
from captures where capture_id in (select cast(unnest($capture_ids::varchar[]) as uuid)) and warc_file is not null;
