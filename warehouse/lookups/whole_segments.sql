-- One row per segment of the archive whose captures are all loaded: of a run that was killed, failed or was cancelled the
-- last batch may be loaded in part, so its segments are read again until a run that takes up the rest has completed.
with taken_up as (
    select max(started_at) as last_start from runs
    where flow in ('ingest', 'backfill') and state like 'completed%' and message not like 'dry run%'
),

cut_short as (
    select run_id from runs, taken_up where state in ('crashed', 'failed', 'cancelled') and started_at >= coalesce(last_start, started_at)
)

select warc_file from captures where warc_file is not null
group by all having not bool_or(run_id in (select run_id from cut_short));
