-- Who is quoted most: speakers by quotations, with the outlets that quote them.
-- :days integer = 7  how far back
-- :rows integer = 50  at most
select
    q.speaker, count(*) as quotations, count(distinct a.article_id) as articles,
    list(distinct a.source order by a.source) as outlets
from quotes as q
join articles as a using (article_id)
where q.speaker is not null and coalesce(a.date_published, a.first_seen) > now() - to_days($days)
group by q.speaker
order by quotations desc, q.speaker
limit $rows
