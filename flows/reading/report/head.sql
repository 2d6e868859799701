-- The figures at the top of the page.
select
    (select count(*) from articles) as articles,
    (select count(*) from articles where first_seen > $now - interval 1 day) as new_articles,
    (select count(*) from article_versions where version > 1 and valid_from > $now - interval 1 day) as revisions,
    (select count(*) from sources) as sources,
    (select count(*) from sources where state in ('silent', 'failing')) as troubled,
    (select count(*) from quarantine where resolved_at is null) as quarantined,
    (select count(*) from cluster_sizes where sources > 1) as shared_stories,
    (select min(first_seen) from articles) as since
