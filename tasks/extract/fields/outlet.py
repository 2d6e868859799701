"""Who publishes the page: every name it gives its outlet, so that headlines and authors can be freed of it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tasks.base.strings import key
from tasks.base.urls import registrable_domain
from tasks.extract.signals.jsonld import as_list, types
from tasks.extract.signals.jsonld import text_of as json_text
from tasks.extract.signals.page_signals import Sources

_NAMES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "al:ios:app_name", "al:android:app_name",
          "twitter:app:name:iphone", "cre", "dc.publisher", "publisher", "copyright")  # fmt: skip
_PUBLISHERS = {"newsmediaorganization", "website"}
_ARTICLE_WORD = re.compile(r"^(?:the|der|die|das|le|la|les|el|il|o|a)(?=.{4})")
_TLD = re.compile(r"(?:com|net|org|de|at|ch|fr|es|it|co ?uk|co ?za|pt|nl|se|no|dk|in|jp|us|online|digital|tv)$")


class OutletNames:
    """The names of one page's outlet, for asking whether a text is one of them."""

    def __init__(self, sources: Sources) -> None:
        names = [value for name in _NAMES for value in sources.meta.get(name, ())[:1] if len(value) < 50]
        names += [value.lstrip("@") for value in sources.meta.get("twitter:site", ())[:1]]
        names += [name for name in (_publisher(sources), sources.hints.outlet) if name]
        names += [name for node in sources.nodes if {kind.lower() for kind in types(node)} & _PUBLISHERS
                  if (name := json_text(node.get("name"))) and len(name) < 50]  # fmt: skip
        self.names = tuple(dict.fromkeys(names))
        self._keys = {form for name in names for form in _forms(name)}
        host = urlsplit(sources.url).hostname or ""
        domain = registrable_domain(sources.url) or host
        self._keys.update(_forms(domain.split(".", 1)[0]) | _forms(domain) | _forms(host.removeprefix("www.")))
        self._keys.discard("")

    def is_named(self, text: str) -> bool:
        """Whether the text is one of the outlet's names, "The" and ".com" set aside."""
        return bool(_forms(text) & self._keys)

    def begins(self, text: str) -> bool:
        """Whether the text is a name of the outlet with more words about it: "BBC News", "KVRN | Sports"."""
        compact = _compact(text)
        return any(compact.startswith(name) or compact.endswith(name) for name in self._keys if len(name) >= 3)


def _publisher(sources: Sources) -> str | None:
    return json_text([item for item in as_list(sources.article.get("publisher")) if isinstance(item, dict)])


def _compact(text: str) -> str:
    return key(text).replace(" ", "")


def _forms(text: str) -> set[str]:
    whole = _compact(text)
    bare = _ARTICLE_WORD.sub("", whole)
    return {whole, bare, _TLD.sub("", whole), _TLD.sub("", bare)}
