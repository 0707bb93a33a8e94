"""A document as one self-contained, accessible page: no script, nothing fetched from elsewhere.

The content security policy allows the page's own style sheet, by its hash, and nothing else.
Every figure is drawn twice, for a telephone and for a larger screen; the style sheet shows one.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from importlib import resources
from itertools import groupby

from lowdose.report.charts.elements import PREFIX, clean
from lowdose.report.charts.palette import screen_style
from lowdose.report.charts.svg import to_svg
from lowdose.report.document import (
    Beside,
    Block,
    Callout,
    Document,
    Facts,
    Figure,
    Heading,
    Items,
    Link,
    Section,
    Table,
    Text,
    Words,
)
from lowdose.report.wording import glued

__all__ = ["fragment", "to_html"]

_WIDE_PX = 688
_HALF_PX = 400
_NARROW_PX = 288


def to_html(document: Document) -> str:
    """Write a document as an HTML page."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    kind = ' class="compact"' if document.compact else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{_text(document.title)}</title>
<style>{style}</style>
</head>
<body{kind}>
<a class="skip" href="#main">Skip to the text</a>
<header>
<p class="subject">{_text(document.subject)}</p>
<h1>{_text(document.title)}</h1>
</header>
<main id="main" tabindex="-1">
{_sections(document.sections)}
</main>
{_contents(document)}
<footer><p>{_text(document.footer)}</p></footer>
</body>
</html>
"""


def fragment(sections: Iterable[Section]) -> str:
    """Sections alone, to stand within another page below its first heading.

    No style is in it: the page's own style sheet has to know the classes `wide` and `narrow` of
    drawings, `broad` of tables, `columns`, `beside`, `callout` and `small`.
    """
    return _sections(sections)


def _style() -> str:
    own = (
        resources.files("lowdose.report").joinpath("templates/page.css").read_text(encoding="utf-8")
    )
    # a printed page is white whatever the screen was
    widths = "".join(f".w{share}{{width:{share}%}}" for share in range(1, 101))
    return own + widths + screen_style(PREFIX)


def _text(text: str) -> str:
    return escape(glued(clean(text)))


def _rich(text: Text) -> str:
    if not isinstance(text, Link):
        return _text(text)
    words = _text(text.text)
    if text.address:
        words = f'<a href="{escape(clean(text.address))}">{words}</a>'
    return words + _text(text.after)


def _sections(sections: Iterable[Section]) -> str:
    """Sections in order; neighbours that may be narrow stand in columns together."""
    written = []
    for narrow, group in groupby(sections, key=lambda one: one.narrow):
        inside = "\n".join(_section(section) for section in group)
        written.append(f'<div class="columns">\n{inside}\n</div>' if narrow else inside)
    return "\n".join(written)


def _section(section: Section) -> str:
    body = "\n".join(_block(block) for block in section.blocks)
    return (
        f'<section id="{section.slug}" aria-labelledby="{section.slug}-title">\n'
        f'<h2 id="{section.slug}-title">{_text(section.title)}</h2>\n{body}\n</section>'
    )


def _contents(document: Document) -> str:
    links = "".join(
        f'<li><a href="#{section.slug}">{_text(section.title)}</a></li>'
        for section in document.sections
    )
    return f'<nav aria-label="Sections of this page"><ul>{links}</ul></nav>'


def _block(block: Block) -> str:
    match block:
        case Words():
            small = ' class="small"' if block.small else ""
            written = f"<p{small}>{_text(block.text)}</p>"
        case Heading():
            written = f"<h3>{_text(block.text)}</h3>"
        case Callout():
            label, text = _text(block.label), _text(block.text)
            written = f'<p class="callout"><strong>{label}</strong> {text}</p>'
        case Items():
            lines = "".join(f"<li>{_rich(line)}</li>" for line in block.lines)
            written = f"<ul>{lines}</ul>"
        case Facts():
            pairs = (f"<dt>{_text(n)}</dt><dd>{_text(v)}</dd>" for n, v in block.pairs)
            written = f"<dl>{''.join(pairs)}</dl>"
        case Table():
            written = _table(block)
        case Figure():
            written = _figure(block)
        case Beside():
            both = "".join(f"<div>{_half(one)}</div>" for one in (block.left, block.right))
            written = f'<div class="beside">{both}</div>'
    return written


def _half(blocks: Iterable[Block]) -> str:
    return "".join(
        _figure(block, _HALF_PX) if isinstance(block, Figure) else _block(block) for block in blocks
    )


def _table(table: Table) -> str:
    columns = "".join(f'<col class="w{round(100 * share)}">' for share in table.shares)
    heads = "".join(
        f'<th scope="col">{_text(name)}</th>' if name else "<td></td>" for name in table.columns
    )
    rows = "".join(
        f'<tr><th scope="row">{_rich(row[0])}</th>'
        + "".join(f"<td>{_rich(value)}</td>" for value in row[1:])
        + "</tr>"
        for row in table.rows
    )
    written = (
        f"<table><caption>{_text(table.caption)}</caption>"
        + (f"<colgroup>{columns}</colgroup>" if columns else "")
        + f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )
    if not columns:
        return written
    # broader than a telephone: it scrolls there on its own, by finger or by arrow keys
    label = _text(table.caption)
    return f'<div class="broad" role="region" tabindex="0" aria-label="{label}">{written}</div>'


def _figure(figure: Figure, most: int = _WIDE_PX) -> str:
    wide, narrow = (
        to_svg(figure.chart, width=width, theme="light", heading=False)
        for width in (most, _NARROW_PX)
    )
    drawings = f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>'
    return f"<figure>{drawings}<figcaption>{_text(figure.caption)}</figcaption></figure>"
