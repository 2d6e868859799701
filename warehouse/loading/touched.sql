-- One row per day and source whose figures this package changes; run before and after the rows are in.
insert into touched
select distinct cast(coalesce(date_published, first_seen) as date) as day, source
from articles where article_id in (select article_id from changing)
union
select distinct cast(valid_from as date), source
from article_versions join articles using (article_id)
where article_id in (select article_id from changing) and article_versions.version > 1
union
select distinct cast(quarantined_at as date), source from quarantine where run_id = $run_id
union
select distinct cast(quarantined_at as date), source from quarantine semi join replayed using (capture_id);
