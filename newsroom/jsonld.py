"""JSON-LD as three kinds of outlet write it: a plug-in's graph, a full NewsArticle, and a short one."""

from __future__ import annotations

from typing import Any

from newsroom import bylines
from newsroom.dates import iso, iso_millis
from newsroom.outlets import Outlet
from newsroom.stories import Story, slugify

Node = dict[str, Any]


def graph(story: Story) -> Node:
    """What a search plug-in of a blog engine adds: the page, its crumbs, the site and an author; no NewsArticle."""
    outlet, url = story.outlet, story.url
    page: Node = {
        "@type": "WebPage",
        "@id": url,
        "url": url,
        "name": f"{story.headline} - {outlet.title}",
        "isPartOf": {"@id": f"{outlet.home}#website"},
        "datePublished": iso(story.published),
        "dateModified": iso(story.modified),
        "description": story.deck,
        "breadcrumb": {"@id": f"{url}#breadcrumb"},
        "inLanguage": "en-US",
        "potentialAction": [{"@type": "ReadAction", "target": [url]}],
    }
    nodes = [page, _crumbs(story), _website(outlet)]
    if story.bylines:
        page["author"] = {"@id": f"{outlet.home}#/schema/person/{slugify(story.bylines[0])}"}
        nodes += [_linked_person(outlet, name) for name in story.bylines]
    return {"@context": "https://schema.org", "@graph": nodes}


def full(story: Story) -> Node:
    """A NewsArticle with everything in its place."""
    outlet = story.outlet
    node: Node = {
        "@context": "https://schema.org",
        "@type": "OpinionNewsArticle" if story.kind == "opinion" else "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": story.url},
        "url": story.url,
        "headline": story.headline,
        "description": story.deck,
        "datePublished": iso_millis(story.published),
        "dateModified": iso_millis(story.modified),
        "author": [_person(outlet, name) for name in story.bylines] or [_desk(story)],
        "publisher": _publisher(outlet),
        "articleSection": story.section,
        "keywords": list(story.keywords),
        "wordCount": sum(len(text.split()) for text in story.paragraphs),
        "inLanguage": outlet.language,
        "isAccessibleForFree": story.case != "paywall",
    }
    if story.agency:
        node["sourceOrganization"] = {"@type": "NewsMediaOrganization", "name": bylines.agency(story)}
    if story.case == "paywall":
        node["hasPart"] = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".paid-content"}
    return node | _image(story)


def short(story: Story) -> Node:
    """A NewsArticle with the fields that search engines ask for, and the names in one string."""
    outlet = story.outlet
    node: Node = {
        "@context": "http://schema.org",
        "@type": "NewsArticle",
        "headline": story.headline,
        "datePublished": iso(story.published),
        "dateModified": iso(story.modified),
        "author": {"@type": "Person" if story.bylines else "Organization", "name": bylines.named(story)},
        "publisher": _publisher(outlet),
        "mainEntityOfPage": story.url,
        "articleSection": story.section,
        "isAccessibleForFree": "True",
    }
    return node | _image(story)


def _image(story: Story) -> Node:
    if story.image_path is None:
        return {}
    return {
        "image": [
            {
                "@type": "ImageObject",
                "url": story.outlet.url(story.image_path),
                "width": 1280,
                "height": 720,
                "caption": story.caption,
                "creditText": story.credit,
            }
        ]
    }


def _person(outlet: Outlet, name: str) -> Node:
    return {"@type": "Person", "name": name, "url": outlet.url(f"/authors/{slugify(name)}")}


def _linked_person(outlet: Outlet, name: str) -> Node:
    return {"@type": "Person", "@id": f"{outlet.home}#/schema/person/{slugify(name)}", "name": name}


def _desk(story: Story) -> Node:
    return {"@type": "Organization", "name": bylines.named(story)}


def _publisher(outlet: Outlet) -> Node:
    logo = {"@type": "ImageObject", "url": outlet.url("/media/logo.png"), "width": 600, "height": 60}
    return {"@type": "NewsMediaOrganization", "name": outlet.title, "url": outlet.home, "logo": logo}


def _website(outlet: Outlet) -> Node:
    return {
        "@type": "WebSite",
        "@id": f"{outlet.home}#website",
        "url": outlet.home,
        "name": outlet.title,
        "description": outlet.tagline,
        "inLanguage": "en-US",
    }


def _crumbs(story: Story) -> Node:
    outlet = story.outlet
    section = outlet.section_path.format(section=slugify(story.section))
    steps = [("Home", outlet.home), (story.section, outlet.url(section)), (story.headline, None)]
    items = [
        {"@type": "ListItem", "position": at, "name": name} | ({"item": url} if url else {})
        for at, (name, url) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "@id": f"{story.url}#breadcrumb", "itemListElement": items}


FILTERS = {"jsonld_graph": graph, "jsonld_full": full, "jsonld_short": short}
