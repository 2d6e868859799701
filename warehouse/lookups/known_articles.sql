-- One row per article that the warehouse has, with the digest of the bytes that it was read from.
-- Their places first: the texts of all articles would be read otherwise, 0.7 s for 400,000 of 2,600 characters, to find none.
with found as materialized (
    select articles.rowid as place from articles
    semi join (select cast(unnest($article_ids::varchar[]) as uuid) as article_id) using (article_id)
)
select
    cast(articles.article_id as varchar) as article_id, articles.url, version, content_hash, headline,
    coalesce(text, '') as text, extractor, digest,
    cast(capture_id as varchar) as capture_id, warc_file, warc_offset, warc_length, captures.url as capture_url, fetched_at
from articles
semi join found on articles.rowid = found.place
left join captures using (capture_id);
