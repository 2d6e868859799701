-- One row per capture whose text was taken from its feed.
insert into feed_texts by name
select incoming.* from incoming anti join feed_texts using (capture_id);
