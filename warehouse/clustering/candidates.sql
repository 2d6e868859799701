-- One row per pair of a seed and another article that agree in a band. The index is scanned once, 24 numbers an article:
-- 0.15 s for a million articles, where a secondary index would have to be kept (duckdb#23645).
create or replace temp table candidates as
with wanted as (
    select seeds.number, unnest(bands) as band, unnest(range(1, 25)) as place
    from internal.lsh_index join seeds using (article_id)
    where bands is not null
),
indexed as (select article_id, bands, unnest(bands) as band from internal.lsh_index where bands is not null)
select distinct wanted.number as seed, indexed.article_id
from wanted join indexed using (band)
where indexed.bands[wanted.place] = wanted.band; -- the same number at another place is chance

-- One row per article in a pair; every seed agrees with itself, and keeps its number.
create or replace temp table nodes as
with paired as (select seed from candidates group by seed having count(*) > 1),
others as (select distinct article_id from candidates anti join seeds using (article_id))
select number, article_id, true as is_seed from seeds where number in (select seed from paired)
union all
select (select count(*) from seeds) + row_number() over (order by article_id), article_id, false from others;
