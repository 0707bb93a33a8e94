"""Files that pages hand out: one function names them."""

from __future__ import annotations

from email.message import Message
from email.utils import collapse_rfc2231_value
from pathlib import Path

import pytest

import lowdose.clinic
from lowdose.clinic.pages.files import file_response

CLINIC = Path(lowdose.clinic.__file__).parent


def test_only_one_place_says_how_a_file_is_handed_out() -> None:
    named = [path for path in CLINIC.rglob("*.py") if '"Content-Disposition"' in path.read_text()]

    assert [path.name for path in named] == ["files.py"]


@pytest.mark.parametrize("name", ['a"; filename="b.exe', "smerte\r\nSet-Cookie: a=b", "bær.csv"])
def test_a_name_stays_a_name_within_the_header(name: str) -> None:
    said = file_response(b"", name, "text/csv")["Content-Disposition"]
    read = Message()
    read["Content-Disposition"] = said

    assert collapse_rfc2231_value(read.get_param("filename", header="content-disposition")) == name
    assert not {"\r", "\n"} & set(said)
