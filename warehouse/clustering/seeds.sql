-- One row per article whose place has to be found anew: what the package brings, and the members of the clusters that it
-- was in. A cluster one of whose members comes again is taken out whole and put in again, so that revisions that leave it,
-- split it or change nothing need no rules of their own.
create or replace temp table incoming_bands as
select article_id, any_value(cast(nullif(bands, cast([] as uinteger[])) as uinteger[24])) as bands
from (select cast(article_id as uuid) as article_id, bands from incoming_signatures)
join (select article_id from articles) as stored using (article_id)
group by article_id;

create or replace temp table seeds as
with opened as (select distinct cluster_id from story_clusters join incoming_bands using (article_id)),
together as (
    select article_id from incoming_bands
    union
    select article_id from story_clusters join opened using (cluster_id)
)
select cast(row_number() over (order by article_id) as integer) as number, article_id from together;

delete from story_clusters where article_id in (select article_id from seeds);
delete from internal.lsh_index where article_id in (select article_id from incoming_bands);
insert into internal.lsh_index by name select article_id, bands from incoming_bands order by article_id;
