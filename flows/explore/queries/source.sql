-- One row: a source, and how it is.
select source, title, url, language, state, reason, last_run, last_success, last_new_article, feeds, sitemaps
from sources
where source = $source
