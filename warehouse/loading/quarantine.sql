-- One row per rejected page; the same capture rejected by the same rule again is the same row.
insert into quarantine by name
select incoming.* from incoming
anti join (select capture_id, rule from quarantine where resolved_at is null) as held using (capture_id, rule);
