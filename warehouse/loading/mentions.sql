-- What belongs to an article's current version: rows of an article that is loaded again are replaced as a whole.
delete from mentions where article_id in (select article_id from replaced);
insert into mentions by name select * from incoming;
