"""On which line of a TOML file a key stands, so that a fault can name it.

`tomllib` gives values without lines. A design file is short and written by hand; this reads its
headings and keys, and knows enough of strings and brackets not to be misled by what stands in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

__all__ = ["line_finder"]

_HEADING = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_NAME = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=")
_STRING = re.compile(r"""\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\])*"|'[^']*'|#.*""")
_FENCES = ('"' * 3, "'" * 3)


def line_finder(text: str) -> Callable[[str, str], str]:
    """A function from (part, field) to "line N", or "" where the file says nothing of either.

    The part of the third table `[[periods]]` is "periods 3", that of `[treatments.ldn]` is
    "treatments.ldn".

    >>> find = line_finder('title = "T"\\n[[periods]]\\nweeks = 2\\n[[periods]]\\nweeks = 0')
    >>> find("periods 2", "weeks"), find("", "title"), find("periods 2", "name"), find("", "sleep")
    ('line 5', 'line 1', 'line 4', '')
    """
    places: dict[str, int] = {}
    for name, line in _names(text):
        places.setdefault(name, line)

    def find(part: str, field: str) -> str:
        plain = re.sub(r" \d+$", "", part)
        for name in (".".join(filter(None, (part, field))), part, plain, plain.partition(".")[0]):
            if name and name in places:
                return f"line {places[name]}"
        return ""

    return find


def _names(text: str) -> Iterator[tuple[str, int]]:
    """Every heading and key with its line, in order."""
    part = ""
    counts: dict[str, int] = {}
    for number, line in _outer(text):
        if heading := _HEADING.match(line):
            part = _plain(heading[2])
            if heading[1] == "[[":
                counts[part] = counts.get(part, 0) + 1
                part = f"{part} {counts[part]}"
            yield part, number
        elif key := _KEY.match(line):
            yield ".".join(filter(None, (part, _plain(key[1])))), number


def _outer(text: str) -> Iterator[tuple[int, str]]:
    """The lines that begin outside of any value."""
    depth, fence = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not depth and not fence:
            yield number, line
        fence = _fence(line, fence)
        if not fence and not _HEADING.match(line):
            bare = _STRING.sub("", line)
            depth = max(0, depth + sum(map(bare.count, "[{")) - sum(map(bare.count, "]}")))


def _fence(line: str, open_fence: str) -> str:
    """The kind of long string that is still open at the end of a line, or ""."""
    for mark in _FENCES:
        if open_fence in ("", mark) and line.count(mark) % 2:
            return "" if open_fence else mark
    return open_fence


def _plain(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
