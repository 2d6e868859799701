-- One row per run, source and URL. A WARC may hold a URL twice: the outcome that says more wins, so that the row stays one.
merge into outcomes using incoming
on outcomes.run_id = incoming.run_id and outcomes.source = incoming.source and outcomes.url = incoming.url
when matched and
    list_position(['loaded', 'revised', 'rejected', 'duplicate', 'unchanged', 'failed', 'skipped', 'pending'], incoming.outcome)
    < list_position(['loaded', 'revised', 'rejected', 'duplicate', 'unchanged', 'failed', 'skipped', 'pending'], outcomes.outcome)
then update set
    outcome = incoming.outcome, reason = incoming.reason, article_id = incoming.article_id,
    capture_id = incoming.capture_id, decided_at = incoming.decided_at, seal = incoming.seal
when not matched then insert by name;
