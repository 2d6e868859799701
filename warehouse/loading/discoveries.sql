-- One row per run, source and URL; the first claim in a run stands.
insert into discoveries by name
select incoming.* from incoming anti join discoveries using (run_id, source, url);
