-- One row per article of the same story.
with members as (
    select cluster_id, article_id, similarity, is_origin
    from story_clusters
    where cluster_id = (select cluster_id from story_clusters where article_id = $article_id limit 1)
),
told as (
    select article_id, source, headline, url, agency, coalesce(date_published, first_seen) as published_at
    from articles
    where rowid in (select rowid from articles where article_id in (select article_id from members))
)
select cluster_id, article_id, source, headline, agency, published_at, similarity, is_origin, url
from members
join told using (article_id)
order by published_at, is_origin desc, source
