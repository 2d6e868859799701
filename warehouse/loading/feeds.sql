-- One row per feed or sitemap: the last poll decides.
merge into internal.feeds using incoming on feeds.feed_url = incoming.feed_url
when matched then update set
    source = incoming.source, kind = incoming.kind, entry_ids = incoming.entry_ids, interval_s = incoming.interval_s,
    last_polled = incoming.last_polled, next_poll = incoming.next_poll, failures = incoming.failures,
    unchanged = incoming.unchanged, distrusted = incoming.distrusted, moved_to = incoming.moved_to,
    parts_read = incoming.parts_read, seal = incoming.seal
when not matched then insert by name;
