"""Names that prefect.yaml files and deployments of releases before 0.2 have: `flows.jobs.maintain` and its like."""

from flows.backfill import backfill
from flows.maintain import maintain
from flows.reextract import reextract
from flows.replay import replay

__all__ = ["backfill", "maintain", "reextract", "replay"]
