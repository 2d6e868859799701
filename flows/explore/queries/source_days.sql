-- One row per day of a source, the newest first.
select day, articles, revisions, median_words, rejected, share_with_author, share_with_date
from daily_source_stats
where source = $source and ($when is null or day <= cast($when as date))
order by day desc
limit $rows
