-- One row per capture: the last 64 bits of its id, as a number.
select cast('0x' || right(replace(cast(capture_id as varchar), '-', ''), 16) as ubigint) as tail from captures;
