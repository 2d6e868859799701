-- Who is quoted on a topic: speakers in articles with the word, how often and at how many outlets, with one quotation.
-- :topic text  a word or phrase in headline or text
-- :days integer = 90  how far back
-- :rows integer = 50  at most
with recent as (
    -- By row number, so that of the texts only those of the period are read, and not all there are.
    select rowid as place from articles where coalesce(date_published, first_seen) > now() - to_days($days)
)
select
    q.speaker, count(*) as quotations, count(distinct a.article_id) as articles, count(distinct a.source) as outlets,
    arg_max(q.quote, length(q.quote)) as longest, max(coalesce(a.date_published, a.first_seen)) as last_quoted
from quotes as q
join articles as a using (article_id)
join recent on a.rowid = recent.place
where q.speaker is not null
    and (contains(lower(a.headline), lower($topic)) or contains(lower(a.text), lower($topic)))
group by q.speaker
order by quotations desc, q.speaker
limit $rows
