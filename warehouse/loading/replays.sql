-- One row per quarantined capture that was tried again; before `quarantine`, which may bring the next reason against it.
update quarantine set
    attempts = quarantine.attempts + 1, resolved_at = incoming.resolved_at, resolution = incoming.resolution
from incoming where quarantine.capture_id = incoming.capture_id and quarantine.resolved_at is null;
