"""Statements in written-out SQL, for what everybody asks at the same hour.

Two hundred patients may send their evening at one moment. Django composes the same statement anew
each time, which takes it several times as long as the database takes to answer; so those few are
written down, and what turns columns into fields and back is looked up once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

__all__ = ["carry_out", "columns", "fetch", "insert", "read", "rows", "stored_key"]

Row = TypeVar("Row", bound=Model)
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
    with _here().cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def carry_out(statement: str, values: Sequence[Any]) -> None:
    """A statement that gives nothing back."""
    with _here().cursor() as cursor:
        cursor.execute(statement, values)


def read(model: type[Row], row: Sequence[Any], fields: Sequence[str] = ()) -> Row:
    """One object from a row of such `columns`; what is not among them is fetched when asked for."""
    names, converters = _reading(_here().vendor, model, tuple(fields))
    said = list(row)
    if len(said) != len(names):
        raise ValueError(f"{len(said)} columns, expected the {len(names)} of {', '.join(names)}")
    for place, convert in converters:
        said[place] = convert(said[place])
    return model.from_db(DEFAULT_DB_ALIAS, names, said)


def insert(one: Model) -> None:
    """Store a new object. Nothing hears of it: for models that nobody listens to."""
    statement, fields = _insertion(type(one))
    here = _here()
    values = [field.get_db_prep_save(field.pre_save(one, add=True), here) for field in fields]
    carry_out(statement, values)
    one._state.adding, one._state.db = False, DEFAULT_DB_ALIAS


def _here() -> BaseDatabaseWrapper:
    """This thread's connection itself: what stands in for it looks it up with every word."""
    return connections[DEFAULT_DB_ALIAS]


def stored_key(pk: UUID) -> Any:
    """A key as this database stores it, for a statement that is written out."""
    return pk if _here().features.has_native_uuid_field else pk.hex


@lru_cache(maxsize=64)
def _fields(model: type[Model], chosen: tuple[str, ...]) -> tuple[Field[Any, Any], ...]:
    """In the model's own order, which is how it takes them."""
    every = model._meta.concrete_fields
    return tuple(field for field in every if not chosen or field.attname in chosen)


@lru_cache(maxsize=64)
def _reading(
    vendor: str,  # noqa: ARG001  # another database converts otherwise
    model: type[Model],
    chosen: tuple[str, ...],
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


@lru_cache(maxsize=16)
def _insertion(model: type[Model]) -> tuple[str, tuple[Field[Any, Any], ...]]:
    fields = _fields(model, ())
    names = ", ".join(f'"{field.column}"' for field in fields)
    blanks = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({blanks})", fields
