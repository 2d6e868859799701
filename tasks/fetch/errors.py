"""What can go wrong on the way to a page. Inside the fetch room these are raised; `Client.get` returns them as values.

FetchError              reason and detail; `reason` is what ends up in fetches.error
  BlockedAddress        an address that Dateline must not connect to
  DeadlinePassed        the time for the whole request is over
  TooLarge              more decoded bytes than the policy allows
  Truncated             the body ended before its length, its chunks or its compression said so
  Undecodable           a Content-Encoding that is unknown, broken or nested too deep
"""


class FetchError(Exception):
    """A request that came to nothing, and why: `reason` is one word for the ledger, `detail` a sentence for people."""

    default = "failed"

    def __init__(self, detail: str, reason: str | None = None) -> None:
        super().__init__(detail, reason)
        self.detail = detail
        self.reason = reason or self.default

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


class BlockedAddress(FetchError):
    """The host is, or resolves to, an address that is not public; nothing was connected."""

    default = "blocked_address"


class DeadlinePassed(FetchError):
    """The total deadline passed, however much or little was still arriving."""

    default = "deadline"


class TooLarge(FetchError):
    """The decoded body exceeds the cap."""

    default = "too_large"


class Truncated(FetchError):
    """The body is cut."""

    default = "truncated"


class Undecodable(FetchError):
    """The body cannot be decoded as its Content-Encoding says."""

    default = "undecodable"
