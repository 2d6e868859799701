-- Who and what is in the news: names by the number of articles that mention them.
-- :kind text = 'person'  person, organization or place
-- :days integer = 7  how far back
-- :rows integer = 50  at most
select
    m.name, count(distinct m.article_id) as articles, count(distinct a.source) as outlets, count(*) as mentions,
    max(coalesce(a.date_published, a.first_seen)) as last
from mentions as m
join articles as a using (article_id)
where m.kind = $kind and coalesce(a.date_published, a.first_seen) > now() - to_days($days)
group by m.name
order by articles desc, mentions desc, m.name
limit $rows
