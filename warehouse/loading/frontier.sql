-- One row per URL identity ever discovered. NULL keeps what was known; source and url stay those of the first sight.
merge into internal.frontier using incoming
on frontier.url_id = incoming.url_id
when matched then update set
    article_id = coalesce(incoming.article_id, frontier.article_id), state = incoming.state,
    last_checked = coalesce(incoming.last_checked, frontier.last_checked), next_check = incoming.next_check,
    attempts = incoming.attempts, gone_since = incoming.gone_since, gone_times = incoming.gone_times, published = coalesce(incoming.published, frontier.published),
    capture_id = coalesce(incoming.capture_id, frontier.capture_id), etag = coalesce(incoming.etag, frontier.etag),
    last_modified = coalesce(incoming.last_modified, frontier.last_modified),
    updated_raw = coalesce(incoming.updated_raw, frontier.updated_raw), title = coalesce(incoming.title, frontier.title)
when not matched then insert by name;
