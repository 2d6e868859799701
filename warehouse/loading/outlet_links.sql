-- One row per source and target of its navigation; each package brings on how many more pages it stood.
merge into outlet_links using (
    select source, url, first(anchor) as anchor, sum(pages)::integer as pages, min(first_seen) as first_seen,
        max(last_seen) as last_seen
    from incoming group by source, url
) as fresh on outlet_links.source = fresh.source and outlet_links.url = fresh.url
when matched then update set
    pages = outlet_links.pages + fresh.pages, first_seen = least(outlet_links.first_seen, fresh.first_seen),
    last_seen = greatest(outlet_links.last_seen, fresh.last_seen)
when not matched then insert by name;
