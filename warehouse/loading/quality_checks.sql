-- One row per run, batch and expectation.
insert into quality_checks by name select * from incoming;
