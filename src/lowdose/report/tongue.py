"""In which language a paper of the library is printed. The library itself writes English.

Whoever knows another language hands in how a text is said in it; nothing else changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ENGLISH", "Tongue"]


@dataclass(frozen=True)
class Tongue:
    """A language, as a code like "nb", and how a text of the library is said in it."""

    language: str = "en"
    say: Callable[[str], str] = str

    def said_in(self, content: Any) -> Any:
        """The same lists and tables with every text said; keys stay.

        >>> Tongue("xx", str.upper).said_in({"title": "doses", "rows": [["a", 1]]})
        {'title': 'DOSES', 'rows': [['A', 1]]}
        """
        match content:
            case str():
                return self.say(content)
            case Mapping():
                return {key: self.said_in(value) for key, value in content.items()}
            case list() | tuple():
                return [self.said_in(each) for each in content]
            case _:
                return content


ENGLISH = Tongue()
