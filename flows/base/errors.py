"""What a user can be told at the edge, as one tree.

EdgeError
├── BadUsage         an option or a name that is not there; exit status 2
├── BadConfig        dateline.toml says something that cannot be meant
├── NoServer         the Prefect server did not come up
├── AlreadyUp        another `dateline up` serves this home
├── RunCancelled     a run was told to end, and has; its message says what is left
├── NotStopped       the `dateline up` of this home cannot be stopped from here
└── RunFailed        a run could not be finished
"""

from __future__ import annotations


class EdgeError(Exception):
    """Trouble that the command line reports in plain words."""


class BadUsage(EdgeError):
    """What was typed cannot be meant; nothing was done."""


class BadConfig(EdgeError):
    """The configuration is wrong; the message names file and line."""


class NoServer(EdgeError):
    """No Prefect server answers."""


class AlreadyUp(EdgeError):
    """This home is served already."""


class RunCancelled(EdgeError):
    """The run was told to end; what it had not done is left for the next one."""


class NotStopped(EdgeError):
    """What serves this home is out of reach: another host, another container, or no longer that process."""


class RunFailed(EdgeError):
    """The run ended without doing what it was to do."""
