"""A Prefect block for e-mail over SMTP, which Prefect itself has for one provider only.

The server that sends must know the class: the one that `dateline up` starts imports this module (server_process).
"""

from __future__ import annotations

from prefect.blocks.notifications import AppriseNotificationBlock


class DatelineEmail(AppriseNotificationBlock):
    """Notifications by e-mail; `url` is an Apprise address, mailtos://user:password@host?to=somebody@example.org."""

    _block_type_name = "Dateline e-mail"
    _block_type_slug = "dateline-email"
