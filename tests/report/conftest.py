"""The made-up answers, by name, for every test of the reports."""

from __future__ import annotations

import pytest
from report_answers import ALL

from lowdose.inference.result import Answer


@pytest.fixture(params=sorted(ALL))
def answer(request: pytest.FixtureRequest) -> Answer:
    """Each kind of answer in turn."""
    return ALL[request.param]()
