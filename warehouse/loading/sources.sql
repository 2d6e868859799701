-- One row per source: what is configured, and how it went in the run that ends now.
merge into sources using (
    select
        incoming.*,
        (select max(a.first_seen) from articles as a where a.source = incoming.source) as newest
    from incoming
) as now
on sources.source = now.source
when matched then update set
    title = now.title, url = now.url, feeds = now.feeds, sitemaps = now.sitemaps, language = now.language,
    last_run = now.last_run, last_success = coalesce(now.last_success, sources.last_success),
    last_new_article = now.newest, state = now.state, reason = now.reason
when not matched then insert
    (source, title, url, feeds, sitemaps, language, last_run, last_success, last_new_article, state, reason)
    values (now.source, now.title, now.url, now.feeds, now.sitemaps, now.language, now.last_run, now.last_success,
        now.newest, now.state, now.reason);
