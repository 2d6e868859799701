-- One row per source and block; each package brings how many new articles have it.
merge into internal.outlet_blocks using (
    select source, block, sum(articles)::integer as articles, min(first_seen) as first_seen,
        max(last_seen) as last_seen, first(sample) as sample
    from incoming group by source, block
) as fresh on outlet_blocks.source = fresh.source and outlet_blocks.block = fresh.block
when matched then update set
    articles = outlet_blocks.articles + fresh.articles, last_seen = greatest(outlet_blocks.last_seen, fresh.last_seen)
when not matched then insert by name;
