"""Whatever is done to a diary file, the reader gives a diary or an `InputError`, nothing else.

Bytes are flipped, cut, doubled and inserted; cells are replaced by things that once broke some
reader of tables. The full run of 10,000 corruptions carries the marker `slow`.
"""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lowdose.diary.options import ReadOptions
from lowdose.diary.read import read_diaries
from lowdose.diary.sidecar import parse_sidecar
from lowdose.diary.write import write_diaries
from lowdose.errors import InputError

WIDE = (
    b"date,time,entered,period,treatment,dose_mg,pain,mood,guess,adverse\n"
    b"2026-02-18,8:00,2026-02-18T21:00,A,placebo,0,6,40,0.5,\n"
    b"2026-02-18,20:00,2026-02-19T07:00,A,placebo,0,5,50,0.5,headache;nausea\n"
    b'2026-02-20,,2026-02-20T21:00:10+01:00,B,naltrexone,4.5 mg,4.5,,65%,"vivid dreams"\n'
)
SEEDS = (
    WIDE,
    "\ufeffday;dose_mg;pain;Übelkeit\r\n1;0;4,5;NA\r\n2;4,5;3,5;2\r\n".encode(),
    "date\tpain\n18/02/2026\t4\n03/04/2026\t5\n".encode("utf-16"),
    b"participant,date,item,value\n3,2018-10-22,Knee Pain,3.0\n3,2018-10-26,Knee Pain,2\n",
    b"cycle,treatment,days,pain\n1,placebo,14,5.5\n1,naltrexone,14,4\n",
    b"record_id,redcap_event_name,redcap_repeat_instance,visit_date,pain,adverse___1,x_complete\n"
    b"1,day_arm_1,1,2026-02-18,4,0,2\n1,base_arm_1,,,,,\n",
    b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Observation",'
    b'"code": {"text": "pain"}, "effectiveDateTime": "2026-02-18T21:30:00+01:00",'
    b'"valueQuantity": {"value": 6.5}}}]}',
)
POISON = (
    *("", " ", "NA", "nan", "inf", "-inf", "1e999", "1e-400", "0x10", "1_0", "٤", "½", "4,5"),
    *("1,234,567", "--1", "+", ".", ",", "-0", "9" * 400, "1e5", "=1+1", "@x", "\u202e", "\ufeff"),
    *("2026-02-30", "0000-00-00", "9999-12-31", "31/12/99", "1/1/2026", "46071", "2026-W01-1"),
    *("2026-02-18T25:00", "2026-02-18T12:00:00+99:99", "12:60", "0:00 pm", "yesterday", "date"),
    *("a" * 2_000, '"', "\n", "\r", ";", "|", "\x7f", "\x85", "\u2028", "true", "None", "100001"),
)
OPTIONS = st.sampled_from(
    [
        ReadOptions(),
        ReadOptions(same_day="mean", scale=(0, 100)),
        ReadOptions(dates="day-first", decimal=","),
        ReadOptions(columns={"date": "day"}, symptoms=("pain",)),
        ReadOptions(where={"pain": "4"}),
    ]
)


@st.composite
def broken_bytes(draw: st.DrawFn) -> bytes:
    """A seed file after one to four changes of its bytes."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        data = draw(_change(data))
    return data


def _change(data: bytes) -> st.SearchStrategy[bytes]:
    at = st.integers(0, len(data))
    piece = st.binary(max_size=4) | st.sampled_from([p.encode() for p in POISON])
    put: Callable[[int, bytes, int], bytes] = lambda i, new, n: data[:i] + new + data[i + n :]  # noqa: E731
    cut: Callable[[int, int], bytes] = lambda i, j: data[min(i, j) : max(i, j)]  # noqa: E731
    twice: Callable[[int, int], bytes] = lambda i, j: data[:i] + data[j:]  # noqa: E731
    return st.one_of(
        st.builds(put, at, piece, st.integers(0, 3)),
        st.builds(cut, at, at),
        st.builds(twice, at, at),
    )


@st.composite
def broken_cells(draw: st.DrawFn) -> bytes:
    """A wide diary in which one to five cells, the header included, hold poison."""
    rows = [line.split(",") for line in WIDE.decode().splitlines()]
    for _ in range(draw(st.integers(1, 5))):
        row = draw(st.integers(0, len(rows) - 1))
        column = draw(st.integers(0, len(rows[row]) - 1))
        poison = draw(st.sampled_from(POISON) | st.text(max_size=6))
        quote = draw(st.booleans())
        rows[row][column] = '"' + poison.replace('"', '""') + '"' if quote else poison
    return "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")


def _survives(data: bytes, options: ReadOptions) -> None:
    try:
        people = read_diaries(data, options=options, name="diary.csv")
    except InputError as error:
        assert error.faults
        assert "Traceback" not in str(error)
        return
    assert people
    try:
        write_diaries(people)
    except InputError as error:
        assert error.faults


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
FULL = settings(QUICK, max_examples=5_000)


@QUICK
@given(data=broken_bytes(), options=OPTIONS)
def test_broken_bytes_end_in_a_diary_or_an_input_error(data, options) -> None:
    _survives(data, options)


@QUICK
@given(data=broken_cells(), options=OPTIONS)
def test_broken_cells_end_in_a_diary_or_an_input_error(data, options) -> None:
    _survives(data, options)


@pytest.mark.slow
@FULL
@given(data=broken_bytes(), options=OPTIONS)
def test_5000_broken_bytes_end_in_a_diary_or_an_input_error(data, options) -> None:
    _survives(data, options)


@pytest.mark.slow
@FULL
@given(data=broken_cells(), options=OPTIONS)
def test_5000_broken_cells_end_in_a_diary_or_an_input_error(data, options) -> None:
    _survives(data, options)


@QUICK
@given(
    data=st.binary(max_size=60) | st.text(max_size=60).map(lambda t: t.encode("utf-8", "replace"))
)
def test_any_sidecar_ends_in_options_or_an_input_error(data) -> None:
    try:
        parse_sidecar(data, "diary.toml")
    except InputError as error:
        assert error.faults
