"""Where the chunks are computed: on this machine's cores, or by the workers of a Dask cluster.

Both call `keep` with a task's number and what it found, in whatever order they come. A task is the
same wherever it is done, so a worker that dies costs time and no result.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from lowdose.errors import Fault, InputError, LowdoseError
from lowdose.runtime import in_parallel
from lowdose.trial.operate.values import Found, Task
from lowdose.trial.operate.work import carry_out

__all__ = ["Keep", "done_here", "done_on_cluster"]

Keep = Callable[[int, Found], None]

_RETRIES = 3
_PATIENCE_S = 10


def done_here(tasks: Sequence[tuple[int, Task]], keep: Keep) -> None:
    """On every core of this machine."""

    def work(numbered: tuple[int, Task]) -> None:
        keep(numbered[0], carry_out(numbered[1]))

    in_parallel(work, tasks)


def done_on_cluster(tasks: Sequence[tuple[int, Task]], keep: Keep, address: str) -> None:
    """By the workers of the cluster at `address` (like tcp://10.0.0.1:8786).

    A task whose worker dies is done again elsewhere; one that fails is tried four times. Raises
    InputError where there is no cluster, LowdoseError where it goes away.
    """
    distributed = _distributed()
    client = _client(distributed, address)
    with client:
        job = (
            uuid.uuid4().hex
        )  # a scheduler takes tasks of one key for the same, whoever sends them
        futures = {
            client.submit(carry_out, task, retries=_RETRIES, key=f"lowdose-{job}-{number}"): number
            for number, task in tasks
        }
        try:
            for future, found in distributed.as_completed(
                futures, loop=client.loop, with_results=True
            ):
                keep(futures[future], found)
                future.release()
        except distributed.CancelledError:
            raise _gone(address) from None
        except distributed.comm.CommClosedError:
            raise _gone(address) from None


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        remedy = "install it: pip install 'lowdose[cluster]'"
        fault = Fault("--cluster", "no package distributed", "the package of the cluster", remedy)
        raise InputError([fault]) from None
    return distributed


def _client(distributed: Any, address: str) -> Any:
    try:
        return distributed.Client(address, timeout=_PATIENCE_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        remedy = "start one: dask scheduler, and dask worker ADDRESS on each machine"
        wanted = "the address of a Dask scheduler that answers, like tcp://10.0.0.1:8786"
        raise InputError([Fault("--cluster", repr(address), wanted, remedy)]) from None


def _gone(address: str) -> LowdoseError:
    return LowdoseError(
        f"The cluster at {address} went away. What was found is kept where --resume was given: "
        "give the same command again."
    )
