"""How compiled code is run here: in double precision, cached on disk, on every core.

Nothing is set at import. The first computation turns on the compilation cache (so that the second
start of a command does not compile again) unless the user has set one of his own.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

import jax

__all__ = ["cache_folder", "cores", "double_precision", "in_parallel"]

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@contextmanager
def double_precision() -> Iterator[None]:
    """Run JAX code in float64 without changing the caller's own setting."""
    _use_cache()
    with jax.enable_x64(True):
        yield


def cores() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_parallel(work: Callable[[_In], _Out], items: Iterable[_In]) -> list[_Out]:
    """Do `work` on every item, one thread a core; compiled code runs outside Python's lock.

    `items` may be a generator: it is read in the calling thread while earlier items compute.
    """

    def guarded(item: _In) -> _Out:
        with jax.enable_x64(True):  # the setting is kept per thread
            return work(item)

    with ThreadPoolExecutor(cores()) as pool:
        try:
            return [future.result() for future in [pool.submit(guarded, item) for item in items]]
        except BaseException:
            pool.shutdown(cancel_futures=True)  # interrupted: what has not begun is dropped
            raise


@cache
def _use_cache() -> None:
    if jax.config.jax_compilation_cache_dir:
        return
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return  # a read-only home: compile each time, as if there were no cache
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def cache_folder() -> Path:
    """Where compiled code is kept, unless the user has named another place."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "lowdose" / f"jax-{jax.__version__}"
