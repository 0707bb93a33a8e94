"""Files of the repository's root that are pages of the site, too: links to them stay on the site.

CONTRIBUTING.md and its like are read where they lie, by people and by other programs, so they
stay there and are included. Their links, and links to them, lead from file to file in the
repository; on the site they must lead from page to page.

Sphinx calls `setup`, because docs/conf.py names this module among its extensions.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

_LINK = re.compile(r"(\]\(<?)([^)#>\s]+)")
# a file, seen from the root: the page that includes it
NEIGHBOURS = {
    "CHANGELOG.md": "docs/changes.md",
    "CONTRIBUTING.md": "docs/contributing.md",
    "SECURITY.md": "docs/security.md",
    "examples/README.md": "docs/examples.md",
}


def on_the_site(text: str, file: str, page: str) -> str:
    """The text of a file with its links as they must be on a page; both seen from the root.

    >>> on_the_site("[changes](../CHANGELOG.md)", "docs/release.md", "docs/release.md")
    '[changes](changes.md)'
    """

    def moved(found: re.Match[str]) -> str:
        opening, target = found.groups()
        if ":" in target:
            return found[0]
        meant = posixpath.normpath(posixpath.join(posixpath.dirname(file), target))
        shown = NEIGHBOURS.get(meant, meant)
        return opening + posixpath.relpath(shown, posixpath.dirname(page))

    return _LINK.sub(moved, text)


def _page(_: Any, name: str, content: list[str]) -> None:
    file = f"docs/{name}.md"
    content[0] = on_the_site(content[0], file, file)


def _included(_: Any, path: Path, __: str, content: list[str]) -> None:
    file = posixpath.normpath(posixpath.join("docs", Path(path).as_posix()))
    if file in NEIGHBOURS:
        content[0] = on_the_site(content[0], file, NEIGHBOURS[file])


def setup(app: Any) -> dict[str, bool]:
    """Register with Sphinx: rewrite the links of pages and of what they include."""
    app.connect("source-read", _page)
    app.connect("include-read", _included)
    return {"parallel_read_safe": True}
