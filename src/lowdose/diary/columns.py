"""Fourth step of reading: what every column is for. No column is left without a reason.

A column has a role (day, dose, ...), is a symptom, was left out by name, or is a fault. A name
that nearly is a role ("dose_mgs") is a fault rather than a new symptom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from lowdose.diary.findings import Findings, did_you_mean, listed, quoted
from lowdose.diary.form import NAMES, Form
from lowdose.diary.options import ReadOptions
from lowdose.diary.table import Table, name_key

__all__ = ["Columns", "assign"]

_NEARLY = 0.82
_LEAVE_OUT = "name all symptoms to read (--read), or leave it out (--ignore NAME)"
_IS_DOSE = "if it is the dose in mg, rename it to dose_mg."
_IS_PERSON = "if it says who, say --column person=NAME."
_IS_TREATMENT = "if it says what was taken, say --column treatment=NAME."
_IS_COUNTER = "if it only counts, leave it out."
_IS_LONG = "the long form needs both a column item and a column value."
_TRAPS: Mapping[str, str] = {
    **dict.fromkeys(("dose", "dosage", "ldn", "naltrexone", "mg"), _IS_DOSE),
    **dict.fromkeys(("dose_mcg", "dose_ug"), "give the dose in mg in a column dose_mg."),
    **dict.fromkeys(("subject", "subject_id", "patient", "patient_id", "person_id"), _IS_PERSON),
    **dict.fromkeys(("participant_id", "id"), _IS_PERSON),
    **dict.fromkeys(("arm", "group", "condition", "drug", "substance"), _IS_TREATMENT),
    **dict.fromkeys(("item", "symptom", "variable", "value"), _IS_LONG),
    **dict.fromkeys(("week", "month", "weekday", "visit", "study_day", "n_obs"), _IS_COUNTER),
    "days": "days belongs to the form with one row a period, with a column cycle.",
}
"""Names that are rarely a symptom, with what they probably are."""

_REDCAP_OWN = ("_complete", "_timestamp")


@dataclass(frozen=True)
class Columns:
    """Names of the columns by what they are for.

    `roles` maps a role to a column name, `symptoms` names the symptom columns (empty in the long
    form), `checkboxes` maps a REDCap checkbox column to its code.
    """

    roles: Mapping[str, str]
    symptoms: tuple[str, ...]
    checkboxes: Mapping[str, str] = field(default_factory=dict)


def assign(table: Table, form: Form, options: ReadOptions, findings: Findings) -> Columns:
    """Give every column of a table its role.

    Raises `InputError` if a declared column is not there or no column tells the day.

    >>> from lowdose.diary.table import parse_table
    >>> table = parse_table("day,dose_mg,pain\\n1,0,6\\n", ["day"], Findings(""))
    >>> assign(table, Form.DAILY, ReadOptions(), Findings("")).symptoms
    ('pain',)
    """
    _check_declared(table.header, options, findings)
    findings.stop_if_faulty()
    roles = _roles(table, form, options, findings)
    _check_day(roles, form, table.header, findings)
    checkboxes = _checkboxes(table.header, roles, form)
    taken = {*roles.values(), *checkboxes, *options.ignore}
    free = [name for name in table.header if name not in taken]
    unread = [*options.ignore, *_unread(free, form, options)]
    if unread:
        findings.note(f"Columns not read: {listed(unread, most=40)}.")
    rest = [name for name in free if name not in unread]
    if form is Form.LONG:
        return Columns(roles, (), checkboxes)
    _check_wanted(options.symptoms or (), free, findings)
    symptoms = _symptoms(rest, options, findings)
    if not symptoms and not options.symptoms:
        findings.fault("columns", listed(table.header), "at least one symptom column")
    findings.stop_if_faulty()
    return Columns(roles, symptoms, checkboxes)


def _check_declared(header: tuple[str, ...], options: ReadOptions, findings: Findings) -> None:
    wanted = [(f"--column {role}", name) for role, name in options.columns.items()]
    wanted += [("--ignore", name) for name in options.ignore]
    wanted += [("--where", name) for name in options.where]
    for place, name in wanted:
        if name not in header:
            findings.fault(place, quoted(name), "a column of the file", did_you_mean(name, header))
    names = list(options.columns.values())
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            findings.fault("--column", quoted(name), "every column in one role only")


def _roles(table: Table, form: Form, options: ReadOptions, findings: Findings) -> dict[str, str]:
    roles = dict(options.columns)
    spoken_for = {*roles.values(), *options.ignore, *(options.symptoms or ())}
    free = {name_key(name): name for name in table.header if name not in spoken_for}
    for role, names in NAMES.items():
        found = [free[name] for name in names if name in free]
        if role in roles or not found or not _fits(role, form):
            continue
        if len(found) > 1:
            findings.fault(
                "header", listed(found), f"one {role} column", f"say --column {role}=NAME"
            )
        roles[role] = found[0]
    if form is Form.REDCAP:
        _add_redcap_roles(roles, free, findings)
    return roles


def _fits(role: str, form: Form) -> bool:
    if role in {"item", "value"}:
        return form is Form.LONG
    if role in {"cycle", "days"}:
        return form is Form.AGGREGATE
    return True


def _add_redcap_roles(roles: dict[str, str], free: dict[str, str], findings: Findings) -> None:
    own = [name for name in free.values() if not name.startswith("redcap_")]
    if "person" not in roles and own:
        roles["person"] = free.get("record_id", own[0])
    if "date" not in roles and "day" not in roles:
        dated = [name for name in own if name.endswith(("_date", "_dt"))]
        if len(dated) > 1:
            findings.fault(
                "header", listed(dated), "one column with the day", "say --column date=NAME"
            )
        if dated:
            roles["date"] = dated[0]


def _check_day(
    roles: Mapping[str, str], form: Form, header: tuple[str, ...], findings: Findings
) -> None:
    if form is Form.AGGREGATE:
        if "treatment" not in roles and "dose_mg" not in roles:
            findings.fault("columns", listed(header), "a column treatment or dose_mg")
    elif "date" not in roles and "day" not in roles:
        findings.fault(
            "columns",
            listed(header),
            "a column date or day (or cycle, for one row a period)",
            "if it has another name, say --column date=NAME",
        )
    findings.stop_if_faulty()


def _checkboxes(header: tuple[str, ...], roles: Mapping[str, str], form: Form) -> dict[str, str]:
    if form is not Form.REDCAP:
        return {}
    base = roles.get("adverse", "adverse") + "___"
    return {name: name.removeprefix(base) for name in header if name.startswith(base)}


def _unread(rest: list[str], form: Form, options: ReadOptions) -> list[str]:
    """Name the columns left out for a reason other than the person's own `ignore`."""
    if form is Form.LONG:
        return rest
    own = [name for name in rest if form is Form.REDCAP and _is_redcaps_own(name)]
    if options.symptoms is not None:
        return own + [name for name in rest if name not in options.symptoms and name not in own]
    return own + [name for name in rest if name_key(name) == "cycle"]


def _is_redcaps_own(name: str) -> bool:
    return name.startswith("redcap_") or name.endswith(_REDCAP_OWN)


def _symptoms(rest: list[str], options: ReadOptions, findings: Findings) -> tuple[str, ...]:
    if options.symptoms is None:
        for name in rest:
            if not _is_described(name, options):
                _check_not_nearly_a_role(name, findings)
        return tuple(rest)
    return tuple(name for name in options.symptoms if name in rest)


def _is_described(name: str, options: ReadOptions) -> bool:
    given = (options.scale, options.direction, options.kind)
    return any(isinstance(each, Mapping) and name in each for each in given)


def _check_wanted(wanted: Iterable[str], present: list[str], findings: Findings) -> None:
    for name in wanted:
        if name not in present:
            findings.fault(
                "--read", quoted(name), "a symptom of the file", did_you_mean(name, present)
            )


def _check_not_nearly_a_role(name: str, findings: Findings) -> None:
    key = name_key(name)
    names = [each for group in NAMES.values() for each in group]
    nearly = get_close_matches(key, names, n=1, cutoff=_NEARLY)
    remedy = _TRAPS.get(key) or (f"if you mean {nearly[0]}, rename it." if nearly else "")
    if remedy:
        findings.fault(
            f"column {name}",
            "a name that is rarely a symptom's",
            "a symptom, or a name the diary format knows",
            f"{remedy} Otherwise {_LEAVE_OUT}".replace("NAME", name),
        )
