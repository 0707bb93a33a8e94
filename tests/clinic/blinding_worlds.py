"""Two worlds that differ in one thing: what each blinded period holds is exchanged.

Everything else is the same, down to the clock and the random numbers, so that whatever differs
between them in an answer, a log line or a row of the database tells the periods apart.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import os
import random
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

import pytest
from blinding_acts import BLINDED, DIGEST, Act, acts_of, final_acts, newest_day, questions
from clinic_world import a_day, person, planned, with_account
from django.apps import apps
from django.contrib.admindocs.views import simplify_regex
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern
from django.utils import timezone, translation

from lowdose.clinic import limits
from lowdose.clinic.api.routes import throttle
from lowdose.clinic.models import (
    Allocation,
    Computation,
    ComputationKind,
    Course,
    Notice,
    NoticeKind,
    Patient,
    Role,
    Severity,
    State,
    User,
)
from lowdose.clinic.pages import courses, patients, research, site
from lowdose.clinic.vault import seal_json
from lowdose.clinic.verbs.answers import answer_course
from lowdose.clinic.verbs.blinding import ACTIVE, PLACEBO, Sealed, read_allocation
from lowdose.clinic.verbs.computed import compute
from lowdose.clinic.verbs.courses import calendar_token
from lowdose.clinic.verbs.diary import enter

_SEALED_TABLE = "clinic_allocation"
_OTHERS_PAGES = ("account/", "admin/")
_SAME_FOR_ALL = (*_OTHERS_PAGES, "evidence/")
_NOT_THERE = frozenset({401, 403, 404, 405, 410})
_READS_SEALED = re.compile(r'SELECT.*"sealed"', re.DOTALL)
_SAVEPOINT = re.compile("SAVEPOINT|RELEASE|ROLLBACK")  # their names are the thread's and a counter


@dataclass(frozen=True)
class Moment:
    """When the worlds are walked, and how far the course is by then."""

    name: str
    at: datetime
    state: State = State.RUNNING
    stopped: datetime | None = None


def _moment(name: str, month: int, day: int, hour: int = 12, **more: Any) -> Moment:
    return Moment(name, datetime(2026, month, day, hour, tzinfo=UTC), **more)


# The course begins on 2 March; its four periods of 14 days begin on 16 March and end on 10 May.
AFTER = _moment("after the last day", 6, 1)
"""Nobody has opened anything yet: everything there is can be read."""

BORDER = _moment("on the last day of a period", 3, 29, 18)
"""The first guess may be given; at the patient's place the clocks change in the night before."""

IN_THE_FIRST = _moment("in the first period", 3, 20)

MOMENTS = (
    _moment("before the kits are prepared", 2, 26, state=State.PLANNED),
    _moment("prepared, but not begun", 3, 1, state=State.PREPARED),
    _moment("in the climb", 3, 11),
    IN_THE_FIRST,
    BORDER,
    _moment("on the first day of the next period", 3, 30, 6),
    _moment("in the last period", 5, 5),
    AFTER,
    _moment(
        "after a stop in the second period",
        4,
        20,
        state=State.STOPPED,
        stopped=datetime(2026, 4, 6, 12, tzinfo=UTC),
    ),
)

_PREPARED_AT = datetime(2026, 2, 27, 12, tzinfo=UTC)


class Answer(NamedTuple):
    """What came back, with the published digest masked, which is chance; and what it took.

    queries: a digest of the database's statements, without their values, in order; whoever needs
    other ones needs another time. reads_sealed: whether one of them asks for what is sealed.
    """

    status: int
    headers: str
    body: bytes
    queries: str
    reads_sealed: bool


@dataclass(frozen=True)
class Scene:
    """A blinded course at a moment, and those who may not know what it holds.

    other: another patient of the same prescriber, whose blinded course is the same in each world,
    so that a list in the order of what is sealed would turn round.
    """

    moment: Moment
    course: Course
    other: Patient
    token: str
    pharmacist: User
    people: dict[str, User | None]


@dataclass
class Seen:
    """What could be seen in one world; an answer by who asked, how, and for what.

    How: "get" and "post" (sent empty) of an address, "form" (an act), "afterwards" (an address
    once all acts are done), or "after" an act that ends the course.
    """

    answers: dict[tuple[str, str, str], Answer] = field(default_factory=dict)
    pharmacy: dict[str, bytes] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    rows: dict[str, list[str]] = field(default_factory=dict)
    sent: list[Act] = field(default_factory=list)


# The scene


def set_scene(moment: Moment = AFTER) -> Scene:
    """A course of four periods after a climb, its diary up to the day before, with side effects."""
    doctor = person(Role.PRESCRIBER, "doctor")
    patient, other = with_account(doctor, "Kari Nordmann"), with_account(doctor)
    course = _blinded(patient)
    _blinded(other)
    enter(course, _written(course, moment), actor=patient.account, now=moment.at)
    for kind in (NoticeKind.MISSED, NoticeKind.SEVERE):
        day = moment.at.date()
        Notice.objects.create(course=course, kind=kind, day=day, made_at=moment.at)
    people = {
        "nobody": None,
        "patient": patient.account,
        "prescriber": doctor,
        "researcher": person(Role.RESEARCHER, "researcher"),
        "administrator": person(Role.ADMINISTRATOR, "administrator"),
    }
    token = calendar_token(course, actor=doctor)
    return Scene(moment, course, other, token, person(Role.PHARMACIST, "pharmacist"), people)


def _blinded(patient: Patient) -> Course:
    written = {"start_mg": 1.5, "step_mg": 1.5, "every_days": 7, "strengths_mg": [1.5, 4.5]}
    return planned(patient, written=written, baseline_days=0, periods=4, period_days=14)


def _written(course: Course, moment: Moment) -> list[Any]:
    """The days before the moment, or up to the stop; one in nine was forgotten."""
    until = min((moment.stopped or moment.at).date(), course.last_day)
    return [
        a_day(course, n, pain=n % 10, taken=n % 7 > 0, adverse=[("dreams", Severity.MILD)][: n % 2])
        for n in range(1, course.day_number(until))
        if n % 9
    ]


def mirrored(sealed: Sealed) -> Sealed:
    """The same secret with naltrexone and placebo exchanged."""
    other = {ACTIVE: PLACEBO, PLACEBO: ACTIVE}
    return replace(sealed, treatments=tuple(other[one] for one in sealed.treatments))


def reseal(course: Course, sealed: Sealed) -> None:
    """Put another allocation in the place of the one that was drawn."""
    content = [sealed.course, list(sealed.treatments), sealed.secret]
    Allocation.objects.filter(pk=course.pk).update(
        sealed=seal_json(content, "allocation"), digest=sealed.digest
    )


# The same clock and chance


@dataclass
class Clock:
    """A clock that stands still until it is put on."""

    now: datetime

    def timestamp(self) -> float:
        """As `time.time` says it."""
        return self.now.timestamp()


@dataclass
class Chance:
    """Random bytes that are the same at the same occasion, whatever was drawn at another."""

    occasion: str = ""
    drawn: int = 0

    def begin(self, *occasion: str) -> None:
        """Draw for this occasion from now on."""
        self.occasion, self.drawn = " ".join(occasion), 0

    def __call__(self, size: int) -> bytes:
        """As `os.urandom`."""
        self.drawn += 1
        said = f"{self.occasion} {self.drawn}".encode()
        blocks = (hashlib.sha256(said + b"%d" % n).digest() for n in range(size // 32 + 1))
        return b"".join(blocks)[:size]


@contextmanager
def same_clock_and_chance(clock: Clock, chance: Chance) -> Iterator[None]:
    """Time stands still, and every random number is the same.

    The machine is the same too, and how often one may ask, since the walk asks often.
    """

    class Still(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock.now.astimezone(tz)

    with pytest.MonkeyPatch.context() as patch, translation.override("en"):
        patch.setattr(os, "urandom", chance)
        patch.setattr(random, "_urandom", chance)
        patch.setattr(time, "time", clock.timestamp)
        # not its "now": models hold that as a default of their fields
        patch.setattr(timezone, "datetime", Still)
        patch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(3, 1, 2))  # type: ignore[attr-defined]
        patch.setattr(site, "_database", lambda: {"kind": connection.vendor, "bytes": 1})
        patch.setattr(limits, "MOST_GUESSES", 10**6)
        patch.setattr(throttle, "a_minute", 10**6)
        for pages in (courses, patients, research):
            patch.setattr(pages, "_PER_PAGE", 1)  # so that two courses have two pages
        yield


def _same_memory() -> None:
    """Nothing that the other world left behind: rows are counted on from the last, caches empty."""
    ContentType.objects.clear_cache()
    models = apps.get_models(include_auto_created=True)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


# Every address


def addresses(scene: Scene) -> list[str]:
    """Every address of the site, with this course's and this patient's identifiers filled in."""
    found: dict[str, None] = {}
    for route in _routes(get_resolver().url_patterns, ""):
        found.update(dict.fromkeys(_filled(route, scene)))
    return list(found)


def about_courses(scene: Scene) -> list[str]:
    """Those that are not other packages', and not the same for everybody."""
    return [at for at in addresses(scene) if not at[1:].startswith(_SAME_FOR_ALL)]


def _routes(patterns: Iterable[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one.pattern, RoutePattern):
            text = str(one.pattern)
        else:
            text = simplify_regex(str(one.pattern)).lstrip("/")
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns, before + text)
        else:
            yield before + text


def all_patterns(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Every pattern that leads to a page."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from all_patterns(one.url_patterns)
        else:
            yield one


def _filled(route: str, scene: Scene) -> Iterator[str]:
    """The route with every combination of values that fit its parameters.

    Pages of other packages know nothing of courses: there one value each is enough.
    """
    parts = route.split("<")
    choices = [_values(part.split(">")[0], scene) for part in parts[1:]]
    if route.startswith(_OTHERS_PAGES):
        choices = [values[:1] for values in choices]
    for values in itertools.product(*choices):
        filled = [f"{v}{part.split('>')[1]}" for v, part in zip(values, parts[1:], strict=True)]
        yield "/" + parts[0] + "".join(filled)


def _values(parameter: str, scene: Scene) -> list[str]:
    course = scene.course
    entries = course.entries.order_by("day").values_list("pk", flat=True)[:1]
    kind = parameter.split(":", maxsplit=1)[0] if ":" in parameter else "str"
    if kind == "uuid" or parameter == "pk":  # the API's are of no kind
        return [str(pk) for pk in (course.pk, course.patient_id, *entries)]
    if kind == "int":
        return ["1", str(course.notices.order_by("pk").values_list("pk", flat=True)[0])]
    return [scene.token, course.number, course.patient.pseudonym, "pain", course.condition]


# One world


def look(
    scene: Scene,
    sealed: Sealed,
    everywhere: Sequence[str] | None = None,
    *,
    acting: Sequence[str] = (),
    thorough: bool = False,
) -> Seen:
    """Everything that can be seen where the course is sealed like this; then all is undone.

    everywhere: addresses to walk instead of all. acting: who sends forms, in this order.
    thorough: walk as those for whom the blind is not, too, and after each end of the course.
    """
    seen = Seen()
    clock, chance = Clock(min(scene.moment.at, _PREPARED_AT)), Chance()
    with transaction.atomic(), same_clock_and_chance(clock, chance), _log_lines(seen.log):
        _same_memory()
        reseal(scene.course, sealed)
        _pharmacy_works(scene, seen)
        _stopped(scene, clock)
        clock.now = scene.moment.at
        answer_course.func(str(scene.course.pk))
        World(scene, seen, sealed.digest, chance, everywhere, thorough).walk(acting)
        assert Course.objects.get(pk=scene.course.pk).sealed
        transaction.set_rollback(True)
    return seen


@dataclass(frozen=True)
class World:
    """One of the two, with what has been seen in it."""

    scene: Scene
    seen: Seen
    digest: str
    chance: Chance
    everywhere: Sequence[str] | None = None
    thorough: bool = False

    def walk(self, acting: Sequence[str]) -> None:
        """Look everywhere, send everything, look again, end the course, and send empty forms."""
        people = list(self.scene.people) if self.thorough else BLINDED
        every = addresses(self.scene) if self.everywhere is None else list(self.everywhere)
        self._look(people, "get", [*every, *self._questions()])
        self._act(acting)
        self._look_again(acting, "afterwards")
        self._end(acting)
        empty = [at for at in every if not at[1:].startswith(_OTHERS_PAGES)]
        self._look(people, "post", empty)
        self.seen.rows |= _rows(self.digest)

    def _questions(self) -> list[str]:
        if self.everywhere is not None:
            return []
        course = self.scene.course
        return questions(course, newest_day(course, self.scene.moment.at))

    def _look(self, people: Sequence[str], how: str, everywhere: Sequence[str]) -> None:
        for name in people:
            client = self._browser(name, how)
            asks = client.post if how == "post" else client.get
            for address in everywhere:
                self.chance.begin(name, how, address)
                self.seen.answers[name, how, address] = self._asked(asks, address)

    def _look_again(self, people: Sequence[str], how: str) -> None:
        """Whatever was there for somebody before, and what has been asked for since."""
        for name in people:
            before = {
                at: a.status for (*by, at), a in self.seen.answers.items() if by == [name, "get"]
            }
            there = [at for at, status in before.items() if status not in _NOT_THERE]
            there = [at for at in there if not at[1:].startswith(_SAME_FOR_ALL)]
            new = [at for at in self._questions() if at not in before]
            self._look([name], how, [*there, *new])

    def _browser(self, who: str, why: str) -> Client:
        self.chance.begin(who, why)
        return browser(self.scene.people[who])

    def _asked(self, asks: Callable[..., Any], address: str) -> Answer:
        at = address.replace(DIGEST, self.digest)
        headers = {"HX-Request": "true"} if _is_part(at) else {}
        return self._answer(lambda: asks(at, headers=headers))

    def _act(self, acting: Sequence[str]) -> None:
        for who in acting:
            acts = acts_of(who, self.scene.course, self.scene.other, self.scene.moment.at)
            body = None
            while (act := _next(acts, body)) is not None:
                body = self._send(act)
        for key in Computation.objects.filter(kind=ComputationKind.POOL).values_list("pk"):
            compute.func(*key)

    def _send(self, act: Act) -> bytes:
        client = self._browser(act.who, act.name)
        self.chance.begin(act.who, act.name)
        self.seen.sent.append(act)
        answer = self._answer(lambda: act.send(client))
        self.seen.answers[act.who, "form", act.name] = answer
        return answer.body

    def _end(self, acting: Sequence[str]) -> None:
        """End the course in each way, look, and undo it."""
        for act in final_acts(self.scene.course):
            if act.who not in acting:
                continue
            with transaction.atomic():
                self._send(act)
                if self.thorough:
                    self._look_again(acting, f"after {act.name}")
                ended = _rows(self.digest)
                self.seen.rows |= {f"{table} after {act.name}": ended[table] for table in ended}
                transaction.set_rollback(True)

    def _answer(self, asks: Callable[[], Any]) -> Answer:
        statements: list[str] = []

        def noted(execute: Any, sql: Any, *rest: Any) -> Any:
            if not _SAVEPOINT.match(sql):
                statements.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(noted):
            response = asks()
            body = _body(response)
        on_the_way = getattr(response, "redirect_chain", [])
        headers = f"{sorted(response.items())} {response.cookies.output()} {on_the_way}"
        return Answer(
            response.status_code,
            headers,
            body.replace(self.digest.encode(), DIGEST.encode()),
            hashlib.sha256("\n".join(statements).encode()).hexdigest(),
            any(_READS_SEALED.match(one) for one in statements),
        )


def _next(acts: Any, body: bytes | None) -> Act | None:
    try:
        act: Act = acts.send(body)
    except StopIteration:
        return None
    return act


def _is_part(address: str) -> bool:
    """Whether a page's own script asks for it."""
    return address.startswith("/computed/") or address.partition("?")[0].endswith("/part")


def browser(user: User | None) -> Client:
    """A browser in which `user` is signed in; a server error is an answer like others."""
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    if user is not None:
        client.force_login(user, "lowdose.clinic.sign_in.Accounts")
    return client


def _pharmacy_works(scene: Scene, seen: Seen) -> None:
    """The pharmacy looks, prints, notes and hands out as far as it is, and leaves its traces."""
    client = browser(scene.pharmacist)
    at = {n: reverse(n, args=[scene.course.pk]) for n in ("prepare", "worksheet", "labels")}
    if scene.moment.state != State.PLANNED:
        made = {"lot": "N-17", "placebo_lot": "F-3", "made_on": "2026-02-27", "note": "in pairs"}
        client.post(at["prepare"], {**made, "beyond_use": "2026-04-30"})
    if scene.moment.state not in {State.PLANNED, State.PREPARED}:
        client.post(reverse("hand_out", args=[scene.course.pk]))
    seen.pharmacy = {name: _body(client.get(address)) for name, address in at.items()}


def _stopped(scene: Scene, clock: Clock) -> None:
    """The prescriber stops the course, where that belongs to the moment."""
    if scene.moment.stopped is not None:
        clock.now = scene.moment.stopped
        doctor = browser(scene.people["prescriber"])
        doctor.post(reverse("stop_course", args=[scene.course.pk]), {"reason": "vivid dreams"})
    assert Course.objects.get(pk=scene.course.pk).state == scene.moment.state


def _body(answer: HttpResponseBase) -> bytes:
    if answer.streaming:
        return b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    content: bytes = answer.content  # type: ignore[attr-defined]
    return content


@contextmanager
def _log_lines(lines: list[str]) -> Iterator[None]:
    """Every line that any logger lets through, as it stands in the site's log."""

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.levelname} {record.name} {record.getMessage()}")

    handler = Kept()
    loggers = [logging.getLogger(name) for name in (None, "django")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


def _rows(digest: str) -> dict[str, list[str]]:
    """Every row of every table but the sealed one, as it lies in the database."""
    rows: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table != _SEALED_TABLE:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows[table] = sorted(repr(row).replace(digest, "DIGEST") for row in cursor)
    return rows


# Both worlds


@contextmanager
def a_scene(moment: Moment = AFTER) -> Iterator[Scene]:
    """A scene that is gone afterwards."""
    fast = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with fast, transaction.atomic():
        yield set_scene(moment)
        transaction.set_rollback(True)


def looks(scene: Scene, everywhere: Sequence[str] | None = None, **more: Any) -> tuple[Seen, Seen]:
    """The world as drawn, and its mirror; more: as of `look`."""
    if everywhere is None:
        _make_once(scene)
    sealed = read_allocation(scene.course, actor=scene.pharmacist)
    one, other = (look(scene, held, everywhere, **more) for held in (sealed, mirrored(sealed)))
    return one, other


def _make_once(scene: Scene) -> None:
    """Make what a process makes once: what that draws by chance, the other world would not draw."""
    client = browser(scene.people["prescriber"])
    for address in addresses(scene):
        if address.startswith("/evidence/"):
            client.get(address)


def both_worlds(moment: Moment = AFTER, *, thorough: bool = False) -> tuple[Seen, Seen]:
    """Both, walked everywhere at this moment, with everything sent that can be."""
    with a_scene(moment) as scene:
        return looks(scene, acting=BLINDED, thorough=thorough)


def differing(worlds: tuple[Seen, Seen]) -> list[tuple[str, str, str]]:
    """Which answers are not the same, or are in one world only."""
    one, other = (seen.answers for seen in worlds)
    return [at for at in {**one, **other} if one.get(at) != other.get(at)]


def differing_rows(worlds: tuple[Seen, Seen]) -> list[str]:
    """Which tables are not the same."""
    one, other = (seen.rows for seen in worlds)
    return [table for table in {**one, **other} if one.get(table) != other.get(table)]
