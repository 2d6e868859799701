-- One row: an article as it stands.
select
    article_id, source, url, canonical_url, domain, headline, alternative_headline, description, authors, agency, dateline,
    date_published, date_published_source, date_published_precision, date_modified, language, section, keywords, text,
    word_count, image_url, is_accessible_for_free, page_kind, version, first_seen, last_seen, removed_at, extractor,
    capture_id, run_id, quality_flags, navigation_links
from articles
where article_id = $article_id
