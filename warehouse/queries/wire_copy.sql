-- Which outlets ran a wire story, and with what edits: similarity to the nearest copy, words more or less than the origin.
-- :words text = ''  words of the headline of any copy; default all stories
-- :days integer = 7  how far back
-- :rows integer = 200  at most
with chosen as (
    select distinct cluster_id from syndicated
    where contains(lower(headline), lower($words)) and coalesce(published, first_seen) > now() - to_days($days)
),
origins as (
    select cluster_id, headline, word_count from story_clusters join articles using (article_id) where is_origin
)
select
    o.headline as story, s.source, s.agency, s.dateline, s.published, if(s.is_origin, 'origin', 'copy') as role,
    round(s.similarity, 3) as similarity, a.word_count - o.word_count as words_more,
    if(a.headline = o.headline, NULL, a.headline) as own_headline, a.url
from syndicated as s
join chosen using (cluster_id)
join origins as o using (cluster_id)
join articles as a using (article_id)
order by o.headline, s.is_origin desc, s.published, s.source
limit $rows
