"""NONMEM's scenarios are all there; that amounts are those of NONMEM is in checks/mechanism.py."""

from __future__ import annotations

from mechanism.nonmem import SCENARIOS, amounts_by_nonmem


def test_all_29_scenarios_are_there() -> None:
    assert set(SCENARIOS) >= {str(number) for number in range(1, 30)}
    assert all(amounts_by_nonmem(number) for number in SCENARIOS)
