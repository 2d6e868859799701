-- Share of wire copy by outlet: articles with an agency's credit, and articles that are copies of another outlet's text.
-- :days integer = 30  how far back
select
    a.source, count(*) as articles, count(a.agency) as with_agency,
    round(100 * count(a.agency) / count(*), 1) as agency_percent,
    count(*) filter (c.article_id is not null and not c.is_origin) as copies,
    round(100 * count(*) filter (c.article_id is not null and not c.is_origin) / count(*), 1) as copies_percent,
    mode(a.agency) as main_agency
from articles as a
left join story_clusters as c using (article_id)
where coalesce(a.date_published, a.first_seen) > now() - to_days($days)
group by a.source
order by agency_percent desc, a.source
