-- Seals: `dateline verify` names a row that was edited after it was written. Rows of before have none.

drop view latest_run; -- select * from runs
alter table articles add column seal ubigint;
alter table article_versions add column seal ubigint;
alter table discoveries add column seal ubigint;
alter table outcomes add column seal ubigint;
alter table runs add column seal ubigint;
comment on column articles.seal is 'Hash of the row as it was written, for `dateline verify`; see warehouse/seals.py.';
comment on column article_versions.seal is 'Hash of the row as it was written, for `dateline verify`.';
comment on column discoveries.seal is 'Hash of the row as it was written, for `dateline verify`.';
comment on column outcomes.seal is 'Hash of the row as it was written, for `dateline verify`.';
comment on column runs.seal is 'Hash of the row when the run had ended, for `dateline verify`; NULL while it works.';

create view latest_run as
select * exclude (seal) from runs where flow = 'ingest' order by started_at desc limit 1;
comment on view latest_run is 'The newest ingest run.';
comment on column latest_run.run_id is 'UUID; that of the Prefect flow run where there is one.';
comment on column latest_run.flow is 'ingest, replay, reextract and so on.';
comment on column latest_run.flow_run_id is 'The flow run in the Prefect UI.';
comment on column latest_run.started_at is 'When it began (UTC).';
comment on column latest_run.ended_at is 'When it ended (UTC); NULL while it runs.';
comment on column latest_run.state is 'running, completed, completed_with_alarms, failed or crashed.';
comment on column latest_run.discovered is 'URLs that the run had to account for.';
comment on column latest_run.loaded is 'New articles.';
comment on column latest_run.revised is 'Articles with a new version.';
comment on column latest_run.unchanged is 'Articles that say what they said, 304 included.';
comment on column latest_run.duplicate is 'Further addresses of an article of this run.';
comment on column latest_run.rejected is 'Pages in quarantine.';
comment on column latest_run.skipped is 'URLs left out for a reason: robots, policy, limit.';
comment on column latest_run.failed is 'URLs that failed: network or HTTP.';
comment on column latest_run.pending is 'URLs left for the next run.';
comment on column latest_run.message is 'The run in a line.';
comment on column latest_run.owner is 'Process that ran it.';
