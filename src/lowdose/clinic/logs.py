"""Logs hold nothing personal: no query, no body, no number that names a course or a person."""

from __future__ import annotations

import logging
import re

__all__ = ["NothingPersonal"]

_NUMBERS = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[?].*$")
_PATHS = re.compile(r"(https?://[^/\s]+)/\S*")
_TOKENS = re.compile(r"(/(?:invitation|calendar)/)[^/\s]+")


class NothingPersonal(logging.Filter):
    """Takes identifiers and tokens out of a line, and of a traceback all but its kind."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the line through, cleaned."""
        text = _TOKENS.sub(r"\1...", _NUMBERS.sub("...", _said(record)))
        record.msg, record.args = " ".join(text.split()), ()
        if record.exc_info and record.exc_info[0] is not None:
            # an exception's text may quote what somebody wrote
            record.msg = f"{record.msg} [{record.exc_info[0].__name__}{_where(record)}]"
            record.exc_info = None
        record.exc_text = record.stack_info = None
        return True


def _said(record: logging.LogRecord) -> str:
    """The line, with the route in place of the address: people write names into addresses."""
    if record.name.startswith("django.security") and not record.args:
        return "refused"  # the text quotes what was sent
    if isinstance(record.args, tuple):
        record.args = tuple(_plain(one, record) for one in record.args)
    return record.getMessage()


def _plain(argument: object, record: logging.LogRecord) -> object:
    if not isinstance(argument, str):
        return argument
    if not argument.startswith("/"):
        return _PATHS.sub(r"\1/...", argument)
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    return f"/{match.route}" if match else "/..."


def _where(record: logging.LogRecord) -> str:
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
