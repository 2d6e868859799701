-- One row: an archived response.
select
    capture_id, url, requested_url, source, fetched_at, status, content_type, digest, body_bytes, warc_file, warc_offset,
    warc_length
from captures
where capture_id = $capture_id
