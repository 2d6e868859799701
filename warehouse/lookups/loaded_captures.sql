-- One row per capture that the warehouse has.
select cast(capture_id as varchar) from captures where capture_id in (select cast(unnest($capture_ids::varchar[]) as uuid));
