"""What the theme leaves undone for people who use a keyboard or a screen reader, mended at the end.

The theme's templates give two landmarks no name and the captions of the contents no level; a block
that scrolls cannot be reached with the keyboard; a table's empty corner counts as a heading. No
setting of Sphinx or furo mends these, and a template of our own would have to be a copy of theirs.
tests/test_site_in_a_browser.py, with axe-core, says whether all is well.

Sphinx calls `setup`, because docs/conf.py names this module among its extensions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

# As the theme writes it: as it should be. None of the left is in any of the right.
MENDED = {
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="This page">',
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper ': '<div tabindex="0" class="table-wrapper ',
    '<th class="head"></th>': "<td></td>",
    '<th class="head"><p></p></th>': "<td></td>",
}


def mended(page: str) -> str:
    """A page of the theme as it should be; a page that is so already stays as it is.

    >>> mended("<pre>$ lowdose</pre>") == mended(mended("<pre>$ lowdose</pre>"))
    True
    """
    for theirs, ours in MENDED.items():
        page = page.replace(theirs, ours)
    return page


def _mend_all(app: Any, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        path.write_text(mended(path.read_text("utf-8")), encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Register with Sphinx: mend every page when all are written."""
    app.connect("build-finished", _mend_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
