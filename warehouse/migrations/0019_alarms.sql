-- What is wrong with a source, from when it was seen first to when it was over, and when somebody was told.

create table alarms (
    source varchar not null, kind varchar not null, since timestamptz not null, run_id uuid not null,
    detail varchar not null, examples varchar[] not null, times_seen integer not null, last_seen timestamptz not null,
    last_told timestamptz, times_told integer not null, over_at timestamptz, over_run_id uuid
);
comment on table alarms is 'One row per source, kind and time that it went wrong: since when, what, and whether it is over.';
comment on column alarms.source is 'The source it is about.';
comment on column alarms.kind is 'failing, silent, a measure of the source''s suite, a rule that too many of its pages fail, or requests.';
comment on column alarms.since is 'When it was seen first (UTC).';
comment on column alarms.run_id is 'The run that saw it first.';
comment on column alarms.detail is 'What is wrong, in a line, as last seen.';
comment on column alarms.examples is 'Addresses to look at.';
comment on column alarms.times_seen is 'Judgements that found it; most kinds are told from the second on.';
comment on column alarms.last_seen is 'When it was seen last (UTC).';
comment on column alarms.last_told is 'When somebody was told last (UTC); NULL when nobody was.';
comment on column alarms.times_told is 'How often somebody was told: at first, and once a day while it lasts.';
comment on column alarms.over_at is 'When it was well again (UTC); NULL while it is not.';
comment on column alarms.over_run_id is 'The run that found it well again.';
