-- Who writes what: authors by articles, with their outlets and sections.
-- :days integer = 30  how far back
-- :rows integer = 50  at most
select
    author, count(*) as articles, list(distinct source order by source) as outlets,
    list(distinct section order by section) filter (section is not null) as sections
from (select unnest(authors) as author, * from articles)
where coalesce(date_published, first_seen) > now() - to_days($days)
group by author
order by articles desc, author
limit $rows
