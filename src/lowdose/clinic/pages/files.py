"""Files that a page hands out: one place says what a browser does with them, and by what name."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

__all__ = ["file_response", "keep_as_file"]


def file_response(
    content: bytes | str, name: str, kind: str, *, attachment: bool = True
) -> HttpResponse:
    """A file to keep; with `attachment=False` one that the browser may show or subscribe to.

    name: as it is to stand on somebody's disk. kind: its media type.

    >>> file_response("date,pain", "diary.csv", "text/csv")["Content-Disposition"]
    'attachment; filename="diary.csv"'
    """
    response = HttpResponse(content, content_type=kind)
    keep_as_file(response, name, attachment=attachment)
    return response


def keep_as_file(response: HttpResponse, name: str, *, attachment: bool = True) -> None:
    """Say by what name an answer is kept, unless it says so itself."""
    said = content_disposition_header(attachment, name)
    assert said is not None, "a file has a name"
    response.setdefault("Content-Disposition", said)
