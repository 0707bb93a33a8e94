"""Whether an answer takes longer in one of two worlds, judged so that a busy machine is no leak.

The same request is sent in both worlds, one right after the other, in an order that is balanced and
shuffled. If the worlds are alike, either of the two is as likely to be the slower one, whatever
else the machine does: then the count is that of a fair coin (the sign test), and how often the test
is wrong is chosen, not hoped for.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from blinding_worlds import Scene, mirrored, reseal
from django.db import transaction
from scipy.stats import binom

from lowdose.clinic.verbs.blinding import read_allocation

FALSE_ALARM = 1e-6
"""How often all tests of one kind may fail together although all is well."""


def fair(successes: int, trials: int, tests: int) -> bool:
    """Whether a count fits an even chance; wrong alarms at FALSE_ALARM over all `tests`."""
    lowest = binom.ppf(FALSE_ALARM / tests / 2, trials, 0.5)
    return bool(lowest <= successes <= trials - lowest)


def duration(asks: Callable[[], object]) -> float:
    """How long a request takes, in seconds."""
    begun = time.perf_counter()
    asks()
    return time.perf_counter() - begun


def times_slower(scene: Scene, asks: Callable[[], object], pairs: int) -> int:
    """In how many of `pairs` (an even number) the world as drawn was the slower one."""
    sealed = read_allocation(scene.course, actor=scene.pharmacist)
    held = {True: sealed, False: mirrored(sealed)}
    orders = [(True, False), (False, True)] * (pairs // 2)
    random.Random(1).shuffle(orders)
    asks()  # what is made once a process is made now
    slower = 0
    for order in orders:
        taken: dict[bool, float] = {}
        for drawn in order:
            with transaction.atomic():
                reseal(scene.course, held[drawn])
                taken[drawn] = duration(asks)
                transaction.set_rollback(True)
        slower += taken[True] > taken[False]
    return slower
