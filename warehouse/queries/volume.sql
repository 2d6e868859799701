-- Articles by day and outlet, with revisions and the median length.
-- :days integer = 14  how far back
-- :source text = NULL  one source only
select day, source, articles, revisions, rejected, median_words
from daily_source_stats
where day > current_date - cast($days as integer) and ($source is null or source = $source)
order by day desc, articles desc, source
