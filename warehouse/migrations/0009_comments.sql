-- A sentence for every column that had none, so that the file explains itself wherever it is opened; and the common joins as views.

comment on column agency_outlets.domain is 'Registrable domain at which the agency publishes.';
comment on column agency_outlets.agency is 'The agency, as in articles.agency.';

comment on column article_dates.article_id is 'The article; see articles.article_id.';
comment on column article_dates.role is 'published or modified.';
comment on column article_dates.signal is 'Who claims it: jsonld, og, meta, microdata, time, url, feed, sitemap, http, text, htmldate.';
comment on column article_dates.raw is 'As written.';
comment on column article_dates.instant is 'The time read from it (UTC); NULL when it is none or impossible.';
comment on column article_dates.zone_known is 'Whether the claim states its time zone.';
comment on column article_dates."precision" is 'instant (time and zone), local (time, zone assumed), day, month, year or none.';
comment on column article_dates.chosen is 'Whether it is the one in articles.';
comment on column article_dates.conflict is 'Whether it differs from the chosen one by more than a day.';

comment on column article_images.article_id is 'The article; see articles.article_id.';
comment on column article_images."position" is 'From 0, in the order of the page.';
comment on column article_images.url is 'Address of the image.';
comment on column article_images.caption is 'Caption without the credit.';
comment on column article_images.credit is 'Photographer and agency: Photo by …/Getty Images.';

comment on column article_links.article_id is 'The article; see articles.article_id.';
comment on column article_links."position" is 'From 0, in the order of the page.';
comment on column article_links.url is 'Where it leads.';
comment on column article_links.anchor is 'Its text.';
comment on column article_links.kind is 'body (in the story), related (teasers), sponsored or navigation.';

comment on column article_signals.article_id is 'The article; see articles.article_id.';
comment on column article_signals.field is 'headline, description, author, section, keywords, image, language, paywall.';
comment on column article_signals.signal is 'Who claims it: jsonld, og, twitter, meta, microdata, dc, parsely, sailthru, feed, text and others.';
comment on column article_signals.raw is 'As written.';
comment on column article_signals.chosen is 'Whether it became the value in articles.';

comment on column article_versions.article_id is 'The article; see articles.article_id.';
comment on column article_versions.version is 'Version of the article, from 1.';
comment on column article_versions.valid_from is 'When this content was first seen (UTC).';
comment on column article_versions.valid_to is 'When the next version was first seen (UTC); NULL for the current one.';
comment on column article_versions.headline is 'Headline as the outlet wrote it.';
comment on column article_versions.text is 'Body of this version; paragraphs separated by one blank line.';
comment on column article_versions.content_hash is 'SHA-256 over headline and text after normalisation.';
comment on column article_versions.capture_id is 'The archived response; see captures.';
comment on column article_versions.extractor is 'Version of the extractor that read it.';
comment on column article_versions.run_id is 'The run that wrote the row; see runs.';

comment on column articles.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column articles.url is 'Address of the page after redirects.';
comment on column articles.canonical_url is 'The address that is the article''s identity.';
comment on column articles.domain is 'Registrable domain of the site (Public Suffix List).';
comment on column articles.headline is 'Headline as the outlet wrote it.';
comment on column articles.alternative_headline is 'The other headline: for search engines or social media.';
comment on column articles.description is 'Summary that the page states.';
comment on column articles.authors is 'People in the byline, without titles and roles.';
comment on column articles.agency is 'News agency that is credited: AP, AFP, dpa and so on; NULL for own work.';
comment on column articles.dateline is 'Place of the dateline as written: MOSCOW.';
comment on column articles.date_published is 'When it was published (UTC); NULL when nothing believable says so.';
comment on column articles.date_modified is 'When the outlet last changed it (UTC).';
comment on column articles.language is 'ISO 639 code of the text''s language, detected and checked against the page''s own.';
comment on column articles.section is 'Section or desk, as the outlet calls it.';
comment on column articles.keywords is 'Keywords that the page states.';
comment on column articles.text is 'Body without boilerplate; paragraphs separated by one blank line.';
comment on column articles.word_count is 'Words of the text.';
comment on column articles.image_url is 'Main image.';
comment on column articles.is_accessible_for_free is 'As the page states; NULL when it does not.';
comment on column articles.page_kind is 'article, opinion, live_blog, media or paywall_teaser.';
comment on column articles.version is 'Current version, from 1; all of them are in article_versions.';
comment on column articles.first_seen is 'When it was first seen (UTC).';
comment on column articles.last_seen is 'When it was last seen (UTC).';
comment on column articles.extractor is 'Version of the extractor that read it.';
comment on column articles.capture_id is 'The archived response; see captures.';
comment on column articles.run_id is 'The run that wrote the row; see runs.';

comment on column boilerplate.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column boilerplate.articles is 'Articles in which it has been seen.';
comment on column boilerplate.sample is 'Its first 200 characters.';
comment on column boilerplate.first_seen is 'When it was first seen (UTC).';
comment on column boilerplate.last_seen is 'When it was last seen (UTC).';

comment on column captures.capture_id is 'UUID of the WARC record.';
comment on column captures.url is 'Address that answered, after redirects.';
comment on column captures.requested_url is 'Address that was asked for.';
comment on column captures.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column captures.fetched_at is 'When the answer came (UTC).';
comment on column captures.status is 'HTTP status; NULL when there was no answer.';
comment on column captures.content_type is 'Content-Type of the response, as received.';
comment on column captures.etag is 'ETag of the response, as received.';
comment on column captures.last_modified is 'Last-Modified of the response, as received.';
comment on column captures.digest is 'sha256:HEX of the decoded body.';
comment on column captures.body_bytes is 'Size of the decoded body.';
comment on column captures.warc_file is 'Segment, relative to the archive folder.';
comment on column captures.warc_offset is 'Byte at which its gzip member begins.';
comment on column captures.warc_length is 'Bytes of that member.';
comment on column captures.run_id is 'The run that wrote the row; see runs.';

comment on column cluster_sizes.cluster_id is 'The story; see story_clusters.cluster_id.';
comment on column cluster_sizes.articles is 'Articles with this story.';
comment on column cluster_sizes.sources is 'Sources that ran it.';
comment on column cluster_sizes.domains is 'Sites that ran it.';
comment on column cluster_sizes.agencies is 'Agencies that are credited.';
comment on column cluster_sizes.origin_id is 'The origin''s article_id.';
comment on column cluster_sizes.headline is 'The origin''s headline.';
comment on column cluster_sizes.origin_source is 'The origin''s source.';
comment on column cluster_sizes.origin_url is 'The origin''s address.';
comment on column cluster_sizes.agency is 'The origin''s agency.';
comment on column cluster_sizes.first_published is 'Earliest publication of any member (UTC).';
comment on column cluster_sizes.last_published is 'Latest publication of any member (UTC).';
comment on column cluster_sizes.least_similarity is 'Similarity of the member that is least like another.';

comment on column daily_source_stats.day is 'UTC day of publication, or of first sight for undated articles.';
comment on column daily_source_stats.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column daily_source_stats.articles is 'Articles of that day.';
comment on column daily_source_stats.revisions is 'Versions after the first that were seen on that day.';
comment on column daily_source_stats.median_words is 'Median of their words.';
comment on column daily_source_stats.rejected is 'Pages rejected on that day.';
comment on column daily_source_stats.share_with_author is 'Share with a byline, 0 to 1.';
comment on column daily_source_stats.share_with_date is 'Share with a date of publication, 0 to 1.';

comment on column discoveries.run_id is 'The run that wrote the row; see runs.';
comment on column discoveries.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column discoveries.url is 'The address, normalised.';
comment on column discoveries.url_id is 'First 128 bits of SHA-256 over the identity of the URL; see frontier.';
comment on column discoveries.via is 'feed, sitemap, url, warc, pending, refetch or replay.';
comment on column discoveries.found_in is 'The feed, sitemap or WARC file that named it.';
comment on column discoveries.title is 'Title that the feed gave.';
comment on column discoveries.published_raw is 'Time of publication as the feed or sitemap wrote it.';
comment on column discoveries.updated_raw is 'Time of the last change as the feed or sitemap wrote it.';
comment on column discoveries.author is 'Author that the feed gave.';
comment on column discoveries.discovered_at is 'When (UTC).';

comment on column feed_gaps.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column feed_gaps.feed_url is 'The feed.';
comment on column feed_gaps.run_id is 'The run whose poll found the gap.';
comment on column feed_gaps.since is 'The poll before (UTC).';
comment on column feed_gaps.found_at is 'The poll that shares nothing with it (UTC).';
comment on column feed_gaps.closed_at is 'When a sitemap covered the gap (UTC); NULL while none has.';
comment on column feed_gaps.refilled is 'New addresses that this sitemap brought.';

comment on column feed_polls.run_id is 'The run that wrote the row; see runs.';
comment on column feed_polls.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column feed_polls.feed_url is 'Address of the feed or sitemap.';
comment on column feed_polls.polled_at is 'When it was asked (UTC).';
comment on column feed_polls.status is 'HTTP status; NULL when there was no answer.';
comment on column feed_polls.outcome is 'ok, not_modified, failed, skipped or pending.';
comment on column feed_polls.error is 'Why it failed: not_a_feed, http_404, connect and so on.';
comment on column feed_polls.entries is 'Entries of the answer.';
comment on column feed_polls.warnings is 'What was wrong with it and could be mended: bad_char_ref and so on.';
comment on column feed_polls.last_modified is 'Last-Modified of the response, as received.';

comment on column feeds.feed_url is 'Address of the feed or sitemap.';
comment on column feeds.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column feeds.kind is 'feed or sitemap.';
comment on column feeds.last_polled is 'Last poll (UTC).';
comment on column feeds.next_poll is 'When it is due on a schedule (UTC).';

comment on column fetches.run_id is 'The run that wrote the row; see runs.';
comment on column fetches.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column fetches.url is 'Address of the page.';
comment on column fetches.kind is 'article, feed or sitemap.';
comment on column fetches.started_at is 'When the request began (UTC).';
comment on column fetches.elapsed_ms is 'How long it took, in milliseconds; NULL for feeds.';
comment on column fetches.status is 'HTTP status; NULL when there was no answer.';
comment on column fetches.outcome is 'ok, not_modified, skipped, failed or pending.';
comment on column fetches.error is 'Why not: robots, http_404, truncated, deadline, blocked_address and so on.';
comment on column fetches.robots_rule is 'The line of robots.txt that decided.';
comment on column fetches.final_url is 'Address that answered, after redirects.';
comment on column fetches.body_bytes is 'Size of the decoded body.';

comment on column frontier.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column frontier.url is 'The address as last seen.';
comment on column frontier.article_id is 'The article that it led to; NULL while it led to none.';
comment on column frontier.state is 'What came of the last look: an outcome.';
comment on column frontier.first_seen is 'When it was first discovered (UTC).';
comment on column frontier.last_checked is 'When it was last asked for (UTC).';
comment on column frontier.next_check is 'When it is looked at again (UTC); NULL for never.';
comment on column frontier.attempts is 'Failed attempts in a row.';
comment on column frontier.published is 'Publication of its article (UTC).';
comment on column frontier.capture_id is 'The archived response; see captures.';
comment on column frontier.etag is 'ETag of the response, as received.';
comment on column frontier.last_modified is 'Last-Modified of the response, as received.';
comment on column frontier.updated_raw is 'Time of the last change as the feed or sitemap wrote it.';
comment on column frontier.title is 'Title that the feed gave.';

comment on column latest_run.run_id is 'UUID; that of the Prefect flow run where there is one.';
comment on column latest_run.flow is 'ingest, replay, reextract and so on.';
comment on column latest_run.flow_run_id is 'The flow run in the Prefect UI.';
comment on column latest_run.started_at is 'When it began (UTC).';
comment on column latest_run.ended_at is 'When it ended (UTC); NULL while it runs.';
comment on column latest_run.state is 'running, completed, completed_with_alarms, failed or crashed.';
comment on column latest_run.discovered is 'URLs that the run had to account for.';
comment on column latest_run.loaded is 'New articles.';
comment on column latest_run.revised is 'Articles with a new version.';
comment on column latest_run.unchanged is 'Articles that say what they said, 304 included.';
comment on column latest_run.duplicate is 'Further addresses of an article of this run.';
comment on column latest_run.rejected is 'Pages in quarantine.';
comment on column latest_run.skipped is 'URLs left out for a reason: robots, policy, limit.';
comment on column latest_run.failed is 'URLs that failed: network or HTTP.';
comment on column latest_run.pending is 'URLs left for the next run.';
comment on column latest_run.message is 'The run in a line.';
comment on column latest_run.owner is 'Process that ran it.';

comment on column ledger.run_id is 'The run that wrote the row; see runs.';
comment on column ledger.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column ledger.discovered is 'URLs that the run had to account for.';
comment on column ledger.loaded is 'New articles.';
comment on column ledger.revised is 'Articles with a new version.';
comment on column ledger.unchanged is 'Articles that say what they said, 304 included.';
comment on column ledger.duplicate is 'Further addresses of an article of this run.';
comment on column ledger.rejected is 'Pages in quarantine.';
comment on column ledger.skipped is 'URLs left out for a reason: robots, policy, limit.';
comment on column ledger.failed is 'URLs that failed: network or HTTP.';
comment on column ledger.pending is 'URLs left for the next run.';
comment on column ledger.remainder is 'discovered minus the eight outcomes: zero, or something was lost.';

comment on column lsh_index.article_id is 'The article; see articles.article_id.';

comment on column outcomes.run_id is 'The run that wrote the row; see runs.';
comment on column outcomes.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column outcomes.url is 'Address of the page.';
comment on column outcomes.article_id is 'The article that it became or is.';
comment on column outcomes.outcome is 'loaded, revised, unchanged, duplicate, rejected, skipped, failed or pending.';
comment on column outcomes.reason is 'Why: the rule that rejected it, the error, what it was skipped for.';
comment on column outcomes.capture_id is 'The archived response; see captures.';
comment on column outcomes.decided_at is 'When (UTC).';

comment on column outlet_blocks.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column outlet_blocks.first_seen is 'When it was first seen (UTC).';
comment on column outlet_blocks.last_seen is 'When it was last seen (UTC).';

comment on column packages.package_id is 'Name of the staged package.';
comment on column packages.run_id is 'The run that wrote the row; see runs.';
comment on column packages.loaded_at is 'When (UTC).';
comment on column packages.manifest is 'Its files with row counts and checksums.';

comment on column quality_checks.run_id is 'The run that wrote the row; see runs.';
comment on column quality_checks.batch is 'Batch of the run; 0 for what is judged once a run.';
comment on column quality_checks.suite is 'Name of the suite: articles, requests, warehouse, or source:NAME.';
comment on column quality_checks.expectation is 'Name of the rule; docs/quality.md says what goes wrong when it is not met.';
comment on column quality_checks."column" is 'Column that it is about; NULL for the whole batch.';
comment on column quality_checks.severity is 'critical (rejects, or fails the run) or warning (a flag).';
comment on column quality_checks.success is 'Whether it was met.';
comment on column quality_checks.element_count is 'Rows that were looked at.';
comment on column quality_checks.unexpected_count is 'Rows that failed.';
comment on column quality_checks.observed is 'What was observed where it failed, shortened.';
comment on column quality_checks.checked_at is 'When it was judged (UTC).';

comment on column quality_history.run_id is 'The run that wrote the row; see runs.';
comment on column quality_history.suite is 'Name of the suite: articles, requests, warehouse, or source:NAME.';
comment on column quality_history.expectation is 'Name of the rule; docs/quality.md says what goes wrong when it is not met.';
comment on column quality_history.severity is 'critical (rejects, or fails the run) or warning (a flag).';
comment on column quality_history.checked_at is 'When it was judged (UTC).';
comment on column quality_history.success is 'Whether it was met.';
comment on column quality_history.element_count is 'Rows that were looked at.';
comment on column quality_history.unexpected_count is 'Rows that failed.';
comment on column quality_history.observed is 'What was observed where it failed, shortened.';

comment on column quality_news.suite is 'Name of the suite: articles, requests, warehouse, or source:NAME.';
comment on column quality_news.expectation is 'Name of the rule; docs/quality.md says what goes wrong when it is not met.';
comment on column quality_news.severity is 'critical (rejects, or fails the run) or warning (a flag).';
comment on column quality_news.change is 'newly not met, or met again.';
comment on column quality_news.element_count is 'Rows that were looked at.';
comment on column quality_news.unexpected_count is 'Rows that failed.';
comment on column quality_news.observed is 'What was observed where it failed, shortened.';
comment on column quality_news.checked_at is 'When it was judged (UTC).';
comment on column quality_news.run_id is 'The run that wrote the row; see runs.';

comment on column quarantine.run_id is 'The run that wrote the row; see runs.';
comment on column quarantine.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column quarantine.url is 'Address of the page.';
comment on column quarantine.capture_id is 'The archived response; see captures.';
comment on column quarantine.rule is 'The expectation that it failed, or why it could not be read.';
comment on column quarantine.severity is 'critical (rejects, or fails the run) or warning (a flag).';
comment on column quarantine.observed is 'The value that failed.';
comment on column quarantine.record is 'The row as it would have been loaded.';
comment on column quarantine.quarantined_at is 'When (UTC).';
comment on column quarantine.attempts is 'How often it was tried; grows with each replay.';
comment on column quarantine.resolved_at is 'When it was settled (UTC); NULL while it is in quarantine.';
comment on column quarantine.resolution is 'What a replay made of it: loaded, revised, unchanged, duplicate, or another rule.';

comment on column revision_diffs.article_id is 'The article; see articles.article_id.';
comment on column revision_diffs.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column revision_diffs.url is 'Address of the page.';
comment on column revision_diffs.version is 'Version of the article, from 1.';
comment on column revision_diffs.change_kind is 'new, headline, lede, body or correction.';
comment on column revision_diffs.revised_at is 'When the new version was first seen (UTC).';
comment on column revision_diffs."position" is 'Of the sentence in its version, from 1; 0 is the headline.';
comment on column revision_diffs.edit is 'removed or added.';
comment on column revision_diffs.sentence is 'The sentence.';

comment on column revisions.article_id is 'The article; see articles.article_id.';
comment on column revisions.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column revisions.url is 'Address of the page.';
comment on column revisions.version is 'Version of the article, from 1.';
comment on column revisions.change_kind is 'new, headline, lede, body or correction.';
comment on column revisions.revised_at is 'When the new version was first seen (UTC).';
comment on column revisions.headline_before is 'Headline of the version before.';
comment on column revisions.headline_after is 'Headline of this version.';
comment on column revisions.text_before is 'Text of the version before.';
comment on column revisions.text_after is 'Text of this version.';

comment on column runs.run_id is 'UUID; that of the Prefect flow run where there is one.';
comment on column runs.flow is 'ingest, replay, reextract and so on.';
comment on column runs.flow_run_id is 'The flow run in the Prefect UI.';
comment on column runs.started_at is 'When it began (UTC).';
comment on column runs.ended_at is 'When it ended (UTC); NULL while it runs.';
comment on column runs.state is 'running, completed, completed_with_alarms, failed or crashed.';
comment on column runs.discovered is 'URLs that the run had to account for.';
comment on column runs.loaded is 'New articles.';
comment on column runs.revised is 'Articles with a new version.';
comment on column runs.unchanged is 'Articles that say what they said, 304 included.';
comment on column runs.duplicate is 'Further addresses of an article of this run.';
comment on column runs.rejected is 'Pages in quarantine.';
comment on column runs.skipped is 'URLs left out for a reason: robots, policy, limit.';
comment on column runs.failed is 'URLs that failed: network or HTTP.';
comment on column runs.pending is 'URLs left for the next run.';
comment on column runs.message is 'The run in a line.';
comment on column runs.owner is 'Process that ran it.';

comment on column schema_migrations.number is 'Number of the migration.';
comment on column schema_migrations.name is 'Its name.';
comment on column schema_migrations.applied_at is 'When (UTC).';

comment on column sources.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column sources.title is 'Display name.';
comment on column sources.url is 'Home page.';
comment on column sources.feeds is 'Addresses of its feeds.';
comment on column sources.sitemaps is 'Addresses of its sitemaps.';
comment on column sources.language is 'As configured.';
comment on column sources.last_run is 'Last run that polled it (UTC).';
comment on column sources.last_success is 'Last run in which it was in order (UTC).';
comment on column sources.last_new_article is 'When its newest article was first seen (UTC).';
comment on column sources.state is 'new, ok, silent, failing or inactive.';
comment on column sources.reason is 'Why it is silent or failing.';

comment on column story_clusters.article_id is 'The article; see articles.article_id.';

comment on column syndicated.cluster_id is 'The story; see story_clusters.cluster_id.';
comment on column syndicated.article_id is 'The article; see articles.article_id.';
comment on column syndicated.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column syndicated.headline is 'Headline as the outlet wrote it.';
comment on column syndicated.url is 'Address of the page.';
comment on column syndicated.domain is 'Registrable domain of the site (Public Suffix List).';
comment on column syndicated.agency is 'News agency that is credited: AP, AFP, dpa and so on; NULL for own work.';
comment on column syndicated.dateline is 'Place of the dateline as written: MOSCOW.';
comment on column syndicated.published is 'articles.date_published (UTC).';
comment on column syndicated.first_seen is 'When it was first seen (UTC).';
comment on column syndicated.similarity is 'Jaccard similarity of 5-word shingles to the nearest member, 0.8 to 1.';
comment on column syndicated.is_origin is 'Whether it is the origin of its story.';

comment on table schema_migrations is 'One row per migration of this file''s schema.';

create view article_quotes as
-- One row per quotation, beside its article.
select
    q.article_id, q.position, a.source, a.headline, a.date_published, q.speaker, q.verb, q.quote, q.char_start, q.char_end,
    a.url
from quotes as q join articles as a using (article_id);
comment on view article_quotes is 'One row per direct quotation, beside its article: who is quoted where.';

create view article_mentions as
-- One row per mention, beside its article.
select
    m.article_id, a.source, a.headline, a.date_published, m.kind, m.name, m.char_start, m.char_end, a.url
from mentions as m join articles as a using (article_id);
comment on view article_mentions is 'One row per named mention, beside its article.';

create view article_captures as
-- One row per article, beside the capture that its current version was read from.
select
    a.article_id, a.source, a.headline, c.capture_id, c.fetched_at, c.status, c.digest, c.warc_file, c.warc_offset,
    c.warc_length, a.url
from articles as a join captures as c using (capture_id);
comment on view article_captures is 'One row per article: where in the archive its current version stands.';
comment on column article_quotes.article_id is 'The article; see articles.article_id.';
comment on column article_quotes.position is 'From 0, in the order of the text.';
comment on column article_quotes.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column article_quotes.headline is 'Headline as the outlet wrote it.';
comment on column article_quotes.date_published is 'When it was published (UTC).';
comment on column article_quotes.speaker is 'See quotes.speaker.';
comment on column article_quotes.verb is 'See quotes.verb.';
comment on column article_quotes.quote is 'The words between the marks.';
comment on column article_quotes.char_start is 'See quotes.char_start.';
comment on column article_quotes.char_end is 'See quotes.char_end.';
comment on column article_quotes.url is 'Address of the page.';
comment on column article_mentions.article_id is 'The article; see articles.article_id.';
comment on column article_mentions.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column article_mentions.headline is 'Headline as the outlet wrote it.';
comment on column article_mentions.date_published is 'When it was published (UTC).';
comment on column article_mentions.kind is 'person, organization or place.';
comment on column article_mentions.name is 'See mentions.name.';
comment on column article_mentions.char_start is 'See mentions.char_start.';
comment on column article_mentions.char_end is 'See mentions.char_end.';
comment on column article_mentions.url is 'Address of the page.';
comment on column article_captures.article_id is 'The article; see articles.article_id.';
comment on column article_captures.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column article_captures.headline is 'Headline as the outlet wrote it.';
comment on column article_captures.capture_id is 'UUID of the WARC record.';
comment on column article_captures.fetched_at is 'When the answer came (UTC).';
comment on column article_captures.status is 'HTTP status; NULL when there was no answer.';
comment on column article_captures.digest is 'sha256:HEX of the decoded body.';
comment on column article_captures.warc_file is 'Segment, relative to the archive folder.';
comment on column article_captures.warc_offset is 'Byte at which its gzip member begins.';
comment on column article_captures.warc_length is 'Bytes of that member.';
comment on column article_captures.url is 'Address of the page.';
