-- What belongs to an article's current version: rows of an article that is loaded again are replaced as a whole.
delete from article_signals where article_id in (select article_id from replaced);
insert into article_signals by name select * from incoming;
