-- Where an article's fields come from: every signal, its raw text, which one was chosen, which disagree.
-- :url text  the address, or a part of it
with one as (
    select article_id, url, extractor, warc_file, warc_offset
    from articles left join captures using (capture_id, url)
    where contains(url, $url) or contains(canonical_url, $url)
)
select url, 'date ' || role as field, signal, raw, chosen, conflict, extractor, warc_file, warc_offset
from one join article_dates using (article_id)
union all
select url, field, signal, raw, chosen, NULL, extractor, warc_file, warc_offset
from one join article_signals using (article_id)
order by url, field, chosen desc, signal
