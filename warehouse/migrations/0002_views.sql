-- Views for the questions that come up after every run.

create view ledger as
-- One row per run and source; remainder is zero or the run has lost count of something.
with found as (
    select run_id, source, count(*) as discovered from discoveries group by all
),
decided as (
    select
        run_id, source,
        count(*) filter (outcome = 'loaded') as loaded,
        count(*) filter (outcome = 'revised') as revised,
        count(*) filter (outcome = 'unchanged') as unchanged,
        count(*) filter (outcome = 'duplicate') as duplicate,
        count(*) filter (outcome = 'rejected') as rejected,
        count(*) filter (outcome = 'skipped') as skipped,
        count(*) filter (outcome = 'failed') as failed,
        count(*) filter (outcome = 'pending') as pending,
        count(*) as decided
    from outcomes group by all
)
select
    run_id, source,
    coalesce(discovered, 0) as discovered,
    coalesce(loaded, 0) as loaded, coalesce(revised, 0) as revised, coalesce(unchanged, 0) as unchanged,
    coalesce(duplicate, 0) as duplicate, coalesce(rejected, 0) as rejected, coalesce(skipped, 0) as skipped,
    coalesce(failed, 0) as failed, coalesce(pending, 0) as pending,
    coalesce(discovered, 0) - coalesce(decided, 0) as remainder
from found full join decided using (run_id, source);
comment on view ledger is 'One row per run and source: discovered = the eight outcomes, remainder zero.';

create view revisions as
-- One row per version after the first, beside the version it replaced.
select
    new.article_id, a.source, a.url, new.version, new.change_kind, new.valid_from as revised_at,
    old.headline as headline_before, new.headline as headline_after, old.text as text_before, new.text as text_after
from article_versions as new
join article_versions as old on old.article_id = new.article_id and old.version = new.version - 1
join articles as a on a.article_id = new.article_id;
comment on view revisions is 'One row per revision: what an article said before and after.';

create view latest_run as
select * from runs where flow = 'ingest' order by started_at desc limit 1;
comment on view latest_run is 'The newest ingest run.';
