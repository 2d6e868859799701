-- What a source does on every page: names that stand in its bylines, and how far its clock is ahead of UTC, week by week.
-- :source text  the source
-- :days integer = 90  how far back
select
    habit, value, articles, round(100.0 * articles / nullif(sum(articles) filter (habit = 'signed') over (), 0), 1) as percent_of_signed,
    first_seen, last_seen
from internal.outlet_habits
where source = $source and last_seen > now() - to_days($days)
order by habit, articles desc, value
