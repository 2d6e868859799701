"""What discovery refuses to read.

DiscoverError
  NotAFeed       a body that is no feed, or one that must not be parsed
  NotASitemap    the same for sitemaps
"""


class DiscoverError(Exception):
    """`reason` is one word for the ledger, `detail` a sentence for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


class NotAFeed(DiscoverError):
    """Reasons: not_a_feed (empty, HTML, other), entities (a DTD that declares what could explode or reach
    out), too_complex (a tag with hundreds of attributes)."""


class NotASitemap(DiscoverError):
    """Reasons: not_a_sitemap, entities, too_large, truncated, undecodable."""
