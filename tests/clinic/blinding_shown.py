"""What pages offer to send: their forms with the names of the fields, and the queries of links.

So that a form or a field that is added later is missed by a test, and not by the walk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.urls import Resolver404, resolve

_FIELDS = frozenset({"input", "select", "textarea"})
_TOKEN = "csrfmiddlewaretoken"


@dataclass
class Offer:
    """Something that can be sent: where to, how, and what it says, by name."""

    method: str
    address: str
    names: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    """Collects the offers of a page; a field outside of a form belongs to the last one."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.offers: list[Offer] = []
        self.forms: list[Offer] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms = [self._offer(said.get("method", "get"), said.get("action", ""))]
        elif tag in _FIELDS and said.get("name") not in {None, _TOKEN}:
            for form in self.forms:
                form.names.add(said["name"])
        elif "?" in said.get("href", ""):
            self._offer("get", said["href"])
        for method in ("get", "post"):
            if f"hx-{method}" in said:
                offer = self._offer(method, said[f"hx-{method}"])
                self.forms += [offer] if tag == "form" else []

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.forms = []

    def _offer(self, method: str, address: str) -> Offer:
        at = urlsplit(urljoin(self.address, address))
        names = {name for name, _ in parse_qsl(at.query, keep_blank_values=True)}
        self.offers.append(Offer(method.lower(), at.path, names))
        return self.offers[-1]


def offers(address: str, page: bytes) -> list[Offer]:
    """Every form and every link with a query of a page that stands at `address`."""
    reader = _Reader(address)
    reader.feed(page.decode())
    return reader.offers


def by_view(found: Iterable[Offer], method: str) -> dict[Any, set[str]]:
    """The names that each view of the site is sent by this method."""
    names: dict[Any, set[str]] = {}
    for offer in found:
        if offer.method == method:
            for view in _view(offer.address):
                names.setdefault(view, set()).update(offer.names)
    return names


def _view(address: str) -> Iterator[Any]:
    try:
        yield resolve(address).func
    except Resolver404:
        return
