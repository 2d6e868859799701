-- One row per page that is in quarantine, with the capture that it came from.
select
    cast(held.capture_id as varchar) as capture_id, held.source, held.url, held.rule, held.severity, held.observed,
    held.quarantined_at, held.attempts, cast(held.record as varchar) as record,
    coalesce(found.via, 'replay') as via, found.title, found.published_raw, found.updated_raw, found.author,
    found.guid, found.description as feed_description, found.categories, found.enclosures,
    captures.url as capture_url, requested_url, fetched_at, status, content_type, etag, captures.last_modified, digest,
    body_bytes, warc_file, warc_offset, warc_length
from quarantine as held
join captures using (capture_id)
left join discoveries as found on found.run_id = held.run_id and found.source = held.source and found.url = held.url
where held.resolved_at is null
    and ($rule is null or held.rule = $rule or held.observed = $rule)
    and (
        $source is null or held.source = $source
        or held.source in (select source from source_collections where collection = $source)
    )
    and (len($idents::varchar[]) = 0
        or list_bool_or(list_transform($idents::varchar[], ident -> starts_with(cast(held.capture_id as varchar), ident))))
order by held.quarantined_at, held.url;
