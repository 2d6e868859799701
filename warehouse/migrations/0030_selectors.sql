-- What the selectors of a source found on a page stands with the article; the name of the extractor has them in it.
comment on column articles.extractor is 'Version of the extractor that read it; selectors-… follows from the selectors of its source, where it has some.';
comment on column article_versions.extractor is 'Version of the extractor that read it, as in articles.';
comment on column article_signals.field is 'headline, description, author, section, keywords, image, language, paywall; text: a selector of the source.';
comment on column article_signals.signal is 'Who claims it: jsonld, og, twitter, meta, microdata, dc, parsely, sailthru, feed, text, select, remove and others.';
comment on column article_signals.raw is 'As written; of select and remove the CSS selector.';
comment on column article_signals.chosen is 'Whether it says what became the value in articles; several signals may. Of a selector: whether it found something.';
