"""lowdose: from a plan and a diary of low-dose naltrexone to an honest answer.

The flow, as code:

    plan    = ld.plan(titration, safety)             # what to take, and how the pharmacy makes it
    diary   = ld.read_diary("diary.csv")             # what the person wrote down
    answer  = ld.infer(diary, prior="fibromyalgia")  # does it work, at which dose, what next

Folders are stages, in the order in which they may import each other, left to right only:

    errors | regimen | diary | inference | report | cli

Public names load when first used, so that `import lowdose` and `lowdose --help` stay quick and
load no JAX.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass

__version__ = "0.1.0"

_PUBLIC = {
    "Diary": "lowdose.diary.entries",
    "read_diary": "lowdose.diary.read",
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'lowdose' has no name {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
