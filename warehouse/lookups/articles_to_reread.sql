-- One row per article with the capture that its current version was read from.
select
    cast(articles.article_id as varchar) as article_id, articles.source, articles.url, articles.canonical_url, version,
    content_hash, first_seen, last_seen, extractor, /* columns read */, cast(captures.capture_id as varchar) as capture_id,
    captures.url as capture_url, requested_url, fetched_at, status, content_type, etag, captures.last_modified, digest,
    body_bytes, warc_file, warc_offset, warc_length, found.title as feed_title,
    found.published_raw as feed_published, found.updated_raw as feed_updated, found.author as feed_author,
    found.guid as feed_guid, found.description as feed_description, found.categories as feed_categories,
    found.enclosures as feed_enclosures, feed_texts.content as feed_content, quality_flags
from articles
join captures using (capture_id)
left join feed_texts using (capture_id)
left join discoveries as found
    on found.run_id = captures.run_id and found.source = captures.source and found.url = captures.requested_url
where warc_file is not null and (
    $source is null or articles.source = $source
    or articles.source in (select source from source_collections where collection = $source)
)
qualify row_number() over (partition by articles.article_id order by found.discovered_at) = 1
order by articles.source, articles.first_seen, articles.article_id;
