-- One row per archived response; a capture that is already known (the same WARC again) is left as it stands.
insert into captures by name
select incoming.* from incoming anti join captures using (capture_id);
