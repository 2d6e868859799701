-- One row per block of text that recurs across the articles of a source.
select articles, sample, first_seen, last_seen
from boilerplate
where source = $source
order by articles desc, sample
limit 40
