-- One row per poll of a feed or sitemap.
insert into feed_polls by name select * from incoming;
