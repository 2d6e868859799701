-- One row per article and address that its own may be another form of.
insert into internal.address_forms by name
select distinct incoming.* from incoming anti join internal.address_forms using (article_id, url_id);
