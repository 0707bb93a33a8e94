"""Settings for every test: the same answers whatever the machine, and nothing left behind."""

from __future__ import annotations

import ctypes
import ctypes.util
import gc
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("lowdose", deadline=None, print_blob=True)
settings.load_profile("lowdose")


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eighty columns without colour, whoever runs the tests."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).parents[1]


_COMPILED_CODE_KB = 2_500_000  # it shrinks to about a third of that


@pytest.fixture(scope="module", autouse=True)
def compiled_code_is_let_go() -> Iterator[None]:
    """Forget compiled programs once a process has grown large.

    JAX keeps each for ever, in memory maps of which a process may have 65,530: thousands of tests
    in one process reach gigabytes and, in the end, that limit, where it dies without a word.
    """
    yield
    jax = sys.modules.get("jax")
    if jax is not None and _resident_kb() > _COMPILED_CODE_KB:
        jax.clear_caches()
        gc.collect()
        _give_back()


def _resident_kb() -> int:
    """Memory in use; where only the most so far is known, that."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1])


def _give_back() -> None:
    """Hand freed memory back to the system, where its library can."""
    name = ctypes.util.find_library("c")
    trim = getattr(ctypes.CDLL(name), "malloc_trim", None) if name else None
    if trim is not None:
        trim(0)
