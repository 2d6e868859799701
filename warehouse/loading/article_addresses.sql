-- One row per article, kind and url_id: the first time that it was met stands.
insert into article_addresses by name
select incoming.* from incoming anti join article_addresses using (article_id, kind, url_id)
qualify row_number() over (partition by article_id, kind, url_id order by first_seen) = 1;
