-- One row per article. first_seen, source and url stay what they were when the article was first loaded.
merge into articles using incoming
on articles.article_id = incoming.article_id
when matched then update set
    canonical_url = incoming.canonical_url, domain = incoming.domain, headline = incoming.headline,
    alternative_headline = incoming.alternative_headline, description = incoming.description,
    authors = incoming.authors, agency = incoming.agency, dateline = incoming.dateline,
    date_published = incoming.date_published, date_published_source = incoming.date_published_source,
    date_published_precision = incoming.date_published_precision, date_modified = incoming.date_modified,
    language = incoming.language, section = incoming.section, keywords = incoming.keywords, text = incoming.text,
    word_count = incoming.word_count, image_url = incoming.image_url,
    is_accessible_for_free = incoming.is_accessible_for_free, page_kind = incoming.page_kind,
    version = incoming.version, content_hash = incoming.content_hash, last_seen = incoming.last_seen,
    extractor = incoming.extractor, capture_id = incoming.capture_id, run_id = incoming.run_id,
    quality_flags = incoming.quality_flags, seal = incoming.seal, removed_at = null
when not matched then insert by name;
