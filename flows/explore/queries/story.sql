-- One row per article of a story, in the order of publication: who had it, and what is different from the origin's text.
with members as materialized (
    select article_id, similarity, is_origin from story_clusters where cluster_id = $cluster_id
),
told as materialized (
    select
        article_id, source, headline, url, agency, dateline, date_published, date_published_precision, first_seen, word_count, version,
        sentences(text) as said
    from articles
    where rowid in (select rowid from articles where article_id in (select article_id from members))
),
origin as (select said, word_count from told join members using (article_id) where is_origin limit 1)
select
    article_id, coalesce(date_published, told.first_seen) as published_at,
    coalesce(date_published_precision, 'none') as published_precision, told.first_seen, source, headline, agency, dateline,
    similarity, is_origin, version, told.word_count, told.word_count - origin.word_count as words_more,
    len(list_filter(told.said, s -> not list_contains(origin.said, s))) as sentences_added,
    len(list_filter(origin.said, s -> not list_contains(told.said, s))) as sentences_left_out,
    url
from told
join members using (article_id)
left join origin on true
where $when is null or told.first_seen <= $when
order by published_at, is_origin desc, source
