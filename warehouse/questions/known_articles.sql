-- One row per article that the warehouse has, with the digest of the bytes that it was read from.
select
    cast(articles.article_id as varchar) as article_id, articles.url, version, content_hash, headline,
    coalesce(text, '') as text, extractor, digest,
    cast(capture_id as varchar) as capture_id, warc_file, warc_offset, warc_length, captures.url as capture_url, fetched_at
from articles
left join captures using (capture_id)
where articles.article_id in (select cast(unnest($article_ids::varchar[]) as uuid));
