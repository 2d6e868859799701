-- Who covered a story, and who first: articles whose headline or text has all the words, by time of publication.
-- :words text  what the story is about: "ferry terminal"
-- :days integer = 30  how far back
with recent as (
    -- By row number, so that of the texts only those of the period are read, and not all there are.
    select rowid as place from articles where coalesce(date_published, first_seen) > now() - to_days($days)
)
select
    coalesce(a.date_published, a.first_seen) as published_at, a.source, a.headline, a.agency,
    if(c.article_id is null, 'own report', if(c.is_origin, 'origin', 'copy')) as kind,
    dense_rank() over (order by coalesce(c.cluster_id, a.article_id)) as text_group, a.url
from articles as a
join recent on a.rowid = recent.place
left join story_clusters as c using (article_id)
where list_bool_and(list_transform(
    string_split(lower($words), ' '), word -> contains(lower(coalesce(a.headline, '') || ' ' || a.text), word)))
order by published_at, a.source
