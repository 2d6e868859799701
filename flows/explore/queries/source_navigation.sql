-- One row per target of a source's navigation: menus, footers, sections; those on most pages first.
select pages, anchor, url, first_seen, last_seen
from outlet_links
where source = $source
order by pages desc, url
limit 40
