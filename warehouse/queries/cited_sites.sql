-- Whom an outlet links to in its stories: other sites by articles that link there.
-- :source text = NULL  one source only
-- :days integer = 30  how far back
-- :rows integer = 50  at most
select
    a.source, regexp_extract(l.url, '^https?://(?:www\.)?([^/:]+)', 1) as site, count(distinct a.article_id) as articles
from article_links as l
join articles as a using (article_id)
where l.kind = 'body' and not contains(l.url, a.domain) and coalesce(a.date_published, a.first_seen) > now() - to_days($days)
    and ($source is null or a.source = $source)
group by a.source, site
order by articles desc, site
limit $rows
