"""Draw a sealed list again from its key, and make sure that it is the one that was sealed."""

from __future__ import annotations

from lowdose.errors import Fault, InputError
from lowdose.trial.design.values import Design, Method
from lowdose.trial.randomise.draw import draw_list, strata
from lowdose.trial.randomise.minimise import minimised
from lowdose.trial.randomise.seal import check_key, differences, seal_the_list
from lowdose.trial.randomise.values import Entry, Sealed

__all__ = ["reopen"]


def reopen(design: Design, sealed: Sealed, secret: bytes) -> tuple[Entry, ...]:
    """The list behind what was published.

    Raises InputError where it is another key, another design, or a published file that was
    changed.

    >>> from lowdose.trial.design.named import find_design
    >>> design = find_design("crossover")
    >>> drawn = draw_list(design, bytes(32))
    >>> reopen(design, seal_the_list(design, drawn, bytes(32)), bytes(32)) == drawn
    True
    """
    check_key(secret, sealed)
    wrong = list(differences(design, sealed))
    entries = () if wrong else _drawn_again(design, sealed, secret)
    if not wrong and seal_the_list(design, entries, secret, sealed.file_sha256) != sealed:
        wrong.append("The seals are not those of the list that this key draws.")
    if wrong:
        remedy = "compare with what was published, and keep this copy"
        raise InputError(
            [Fault("sealed list", one, "it as it was sealed", remedy) for one in wrong]
        )
    return entries


def _drawn_again(design: Design, sealed: Sealed, secret: bytes) -> tuple[Entry, ...]:
    if design.allocation.method is Method.MINIMISATION:
        return minimised(design, secret, [one.stratum for one in sealed.seals])
    return draw_list(design, secret, people=max(1, len(sealed.seals) // len(strata(design))))
