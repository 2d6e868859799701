-- Share of wire copy by outlet over thirty days: an agency's credit, or another outlet's text.
select
    a.source, count(*) as articles, mode(a.agency) as agency,
    count(*) filter (a.agency is not null or (c.article_id is not null and not c.is_origin)) as wire,
    wire / count(*) as share
from articles as a
left join story_clusters as c using (article_id)
where coalesce(a.date_published, a.first_seen) > $now - interval 30 day
group by a.source
having wire > 0
order by share desc, articles desc, source
limit 15
