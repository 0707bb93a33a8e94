"""Statements in written-out SQL, for what everybody asks at the same hour.

Two hundred patients may send their evening at one moment. Django composes the same statement anew
each time, which takes it several times as long as the database takes to answer; so those few are
written down, and what turns columns into fields and back is looked up once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter, methodcaller
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

__all__ = [
    "carry_out",
    "columns",
    "fetch",
    "insert",
    "insert_unless_there",
    "read",
    "rows",
    "stored_key",
]

Row = TypeVar("Row", bound=Model)
Taken = TypeVar("Taken")
Convert = Callable[[Any], Any]


def columns(model: type[Model], table: str, fields: Sequence[str] = ()) -> str:
    """The columns of these fields, or of all, as a statement that calls the table so lists them."""
    return ", ".join(f'{table}."{field.column}"' for field in _fields(model, tuple(fields)))


def rows(
    model: type[Row], statement: str, values: Sequence[Any], fields: Sequence[str] = ()
) -> list[Row]:
    """Objects of the model from a statement that selects such `columns` and nothing else."""
    return [read(model, row, fields) for row in fetch(statement, values)]


def fetch(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows that a statement selects, as the database has them."""
    return _asked(statement, values, methodcaller("fetchall"))


def carry_out(statement: str, values: Sequence[Any]) -> int:
    """A statement that gives nothing back; how many rows it changed."""
    changed: int = _asked(statement, values, attrgetter("rowcount"))
    return changed


def read(model: type[Row], row: Sequence[Any], fields: Sequence[str] = ()) -> Row:
    """One object from a row of such `columns`; what is not among them is fetched when asked for."""
    names, converters = _reading(model, tuple(fields))
    said = list(row)
    if len(said) != len(names):
        raise ValueError(f"{len(said)} columns, expected the {len(names)} of {', '.join(names)}")
    for place, convert in converters:
        said[place] = convert(said[place])
    return model.from_db(DEFAULT_DB_ALIAS, names, said)


def insert(one: Model) -> None:
    """Store a new object. Nothing hears of it: for models that nobody listens to."""
    carry_out(*_insertion(one))
    _note_stored(one)


def insert_unless_there(one: Model) -> bool:
    """Store a new object, but not beside one with which it must not be together; whether it was."""
    statement, values = _insertion(one)
    stored = carry_out(f"{statement} ON CONFLICT DO NOTHING", values) == 1
    if stored:
        _note_stored(one)
    return stored


def _note_stored(one: Model) -> None:
    one._state.adding, one._state.db = False, DEFAULT_DB_ALIAS


def _asked(statement: str, values: Sequence[Any], take: Callable[[Any], Taken]) -> Taken:
    """What is taken of the cursor that carried out the statement.

    As through Django's own cursor, which takes three times as long as SQLite does for a short
    statement; that one is used where somebody wants to see every statement.
    """
    here = connections[DEFAULT_DB_ALIAS]
    if here.force_debug_cursor or here.execute_wrappers:
        with here.cursor() as cursor:
            cursor.execute(statement, values)
            return take(cursor)
    here.close_if_health_check_failed()
    if here.connection is None:
        here.ensure_connection()
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        return take(_carried_out(here, statement, values))


def _carried_out(here: BaseDatabaseWrapper, statement: str, values: Sequence[Any]) -> Any:
    if here.vendor == "sqlite":
        return here.connection.execute(_with_marks(statement), values)
    cursor = here.create_cursor()
    cursor.execute(statement, values)
    return cursor


@lru_cache(maxsize=256)
def _with_marks(statement: str) -> str:
    """As SQLite writes where a value comes."""
    return statement.replace("%s", "?")


def stored_key(pk: UUID) -> Any:
    """A key as this database stores it, for a statement that is written out."""
    return pk if connection.features.has_native_uuid_field else pk.hex


@lru_cache(maxsize=64)
def _fields(model: type[Model], chosen: tuple[str, ...]) -> tuple[Field[Any, Any], ...]:
    """In the model's own order, which is how it takes them."""
    every = model._meta.concrete_fields
    return tuple(field for field in every if not chosen or field.attname in chosen)


@lru_cache(maxsize=64)
def _reading(
    model: type[Model], chosen: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[tuple[int, Convert], ...]]:
    """The names of the fields, and, of those that the database keeps otherwise, place and way."""
    fields = _fields(model, chosen)
    placed = ((place, _converters_of(field)) for place, field in enumerate(fields))
    converters = tuple((place, one) for place, found in placed for one in found)
    return tuple(field.attname for field in fields), converters


def _converters_of(field: Field[Any, Any]) -> tuple[Convert, ...]:
    column = field.get_col(field.model._meta.db_table)
    found = connection.ops.get_db_converters(column) + column.get_db_converters(connection)
    return tuple(_bound(one, column) for one in found)


def _bound(convert: Callable[..., Any], column: Any) -> Convert:
    # not one thread's own connection: what is looked up once serves every thread
    return lambda value: convert(value, column, connection)


def _insertion(one: Model) -> tuple[str, list[Any]]:
    statement, fields = _inserting(type(one))
    here = connections[DEFAULT_DB_ALIAS]
    said = ((field, field.pre_save(one, add=True)) for field in fields)
    return statement, [field.get_db_prep_save(value, here) for field, value in said]


@lru_cache(maxsize=16)
def _inserting(model: type[Model]) -> tuple[str, tuple[Field[Any, Any], ...]]:
    fields = _fields(model, ())
    names = ", ".join(f'"{field.column}"' for field in fields)
    blanks = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({blanks})", fields
