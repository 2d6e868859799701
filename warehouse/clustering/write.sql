-- One row per clustered article. `linked` has the articles that have a near-duplicate: their group and greatest similarity.
-- Clusters that a group touches become part of it.
create or replace temp table grown as
with found as (
    select nodes.article_id, linked."group", linked.similarity from linked join nodes using (number)
),
touched as (select distinct cluster_id, "group" from story_clusters join found using (article_id)),
members as (
    select article_id, "group", similarity from found
    union all
    select article_id, touched."group", story_clusters.similarity from story_clusters join touched using (cluster_id)
),
single as (select article_id, "group", max(similarity) as similarity from members group by all),
evidence as (
    select
        single.*, articles.first_seen, outlet.agency is not null as is_agency,
        case when coalesce(articles.agency, outlet.agency) is not null then
            -- "Some time that day" claims to be no earlier than an instant of that day does.
            articles.date_published + case articles.date_published_precision
                when 'day' then interval 1 day when 'month' then interval 1 month when 'year' then interval 1 year
                else interval 0 second
            end
        end as claimed
    from single
    join articles using (article_id)
    left join agency_outlets as outlet on outlet.domain = articles.domain
)
select
    article_id, similarity, first_seen,
    first_value(article_id) over (partition by "group" order by first_seen, article_id) as cluster_id,
    row_number() over (
        partition by "group"
        order by claimed nulls last, is_agency and claimed is not null desc, first_seen, article_id
    ) = 1 as is_origin
from evidence;

delete from story_clusters where article_id in (select article_id from grown);
insert into story_clusters by name select * from grown order by cluster_id, first_seen, article_id;
