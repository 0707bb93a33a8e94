"""A Dask cluster finds what one machine finds, whatever happens to its workers."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from trial.made_designs import crossover

from lowdose.errors import InputError
from lowdose.trial.operate.grid import cells_of
from lowdose.trial.operate.power import operate
from lowdose.trial.operate.values import Cell, Operating

distributed = pytest.importorskip("distributed")

REST = '[analysis]\nprimary = "crossover"'


def cells() -> list[Cell]:
    return cells_of(crossover(400, rest=REST), {"effect": [0.0, 0.5]})


@pytest.fixture
def cluster() -> Iterator[object]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, worker_dashboard_address=None
    ) as running:
        yield running


def same(one: list[Operating], other: list[Operating]) -> bool:
    return [repr(each) for each in one] == [repr(each) for each in other]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_killing_a_worker_changes_no_number(cluster: object, tmp_path: Path) -> None:
    here = operate(cells(), 400, seed=4)
    address = cluster.scheduler_address  # type: ignore[attr-defined]
    victim = next(iter(cluster.workers.values())).pid  # type: ignore[attr-defined]
    killed = threading.Event()

    def progress(_: int) -> None:
        if not killed.is_set():
            killed.set()
            os.kill(victim, signal.SIGKILL)

    there = operate(cells(), 400, seed=4, cluster=address, progress=progress)
    assert killed.is_set()
    assert same(here, there)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_is_not_there_is_said_plainly() -> None:
    start = time.monotonic()
    with pytest.raises(InputError, match="--cluster"):
        operate(cells(), 10, cluster="tcp://127.0.0.1:9")
    assert time.monotonic() - start < 60


def test_an_interrupted_job_goes_on_where_it_stopped(tmp_path: Path) -> None:
    whole = operate(cells(), 60, seed=2)
    done = 0

    def stop(_: int) -> None:
        nonlocal done
        done += 1
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        operate(cells(), 60, seed=2, resume=tmp_path / "job", progress=stop)
    kept = len(list((tmp_path / "job").glob("chunk-*.npz")))
    assert 0 < kept < 12
    assert same(operate(cells(), 60, seed=2, resume=tmp_path / "job"), whole)


def test_a_broken_chunk_is_computed_again(tmp_path: Path) -> None:
    first = operate(cells(), 20, resume=tmp_path)
    chunk = next(iter(tmp_path.glob("chunk-*.npz")))
    chunk.write_bytes(chunk.read_bytes()[:100])
    assert same(operate(cells(), 20, resume=tmp_path), first)


def test_a_folder_of_another_job_is_refused(tmp_path: Path) -> None:
    operate(cells(), 20, seed=1, resume=tmp_path)
    with pytest.raises(InputError, match="another job"):
        operate(cells(), 20, seed=2, resume=tmp_path)


def test_the_seed_decides_and_the_number_of_trials_does_not() -> None:
    few, many = (operate(cells()[:1], trials, seed=3)[0] for trials in (20, 20))
    assert repr(few) == repr(many)
    assert operate(cells()[:1], 20, seed=5)[0].bias.value != pytest.approx(few.bias.value)
    assert np.isfinite(few.power.value)
