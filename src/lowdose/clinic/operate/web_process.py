"""A web process: one request at a time, and the diary entries that wait at once as one.

In the evening two hundred patients may send theirs at one moment. A process then takes those that
wait, brings each as far as the moment where it writes, stores all of them in one turn with one
commit, and answers each: a visit to the disk, a turn and a commit serve a dozen instead of one.
Each is carried out by the same code as if it had come alone, in a thread of control of its own
(a greenlet) that is set aside where `turns.in_turn` has it wait for others.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import nullcontext
from io import BytesIO
from typing import TYPE_CHECKING, Any

from greenlet import getcurrent, greenlet
from gunicorn.workers.gthread import TConn, ThreadWorker

from lowdose.clinic.turns import hand_over_to, handed_over, together

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["MOST_TOGETHER", "OneAtATime", "WebProcess", "is_whole"]

MOST_TOGETHER = 12
"""Entries in one turn: with more, the others wait longer for theirs, and little is saved."""

_LARGEST_BODY = 6 * 2**20  # the application takes 5 MiB, and refuses more unread
_LARGEST_ENTRY = 2**13  # a fortnight's; what it is answered fits in what a connection holds
_PATIENCE_SECONDS = 1.0
_SEND_SECONDS = 0.5
_LOOK_AGAIN_SECONDS = 0.05

_ENTRY = b"POST /diary/entries "
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,6})\r\n", re.IGNORECASE)
_IN_PIECES = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)


class OneAtATime:
    """An application that works at one request at a time, from when all of the request has come.

    Threads that work at the same time take Python's lock from each other, also from the one that
    holds the database's turn, for which everybody waits: processes work side by side instead.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self.lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and 0 < int(length[:12]) <= _LARGEST_BODY:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))
        with nullcontext() if handed_over() else self.lock:
            return self._application(environ, start_response)


class WebProcess(ThreadWorker):  # type: ignore[misc]
    """gunicorn's process with threads; entries that have come wholly need none of these."""

    wsgi: OneAtATime

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._entries: list[TConn] = []
        self._places = 0  # for connections that are kept, while entries are answered
        self._page_came = False

    def accept(self, listener: socket.socket) -> None:
        """Take all that wait, up to a page or to what fits in one turn."""
        if self.wsgi.lock.locked():  # since this thread began to wait for somebody
            self.set_accept_enabled(False)
            return
        self._page_came = False
        for _ in range(MOST_TOGETHER):
            before = self.nr_conns
            super().accept(listener)
            full = self.nr_conns >= self.worker_connections
            if before == self.nr_conns or full or self._page_came:
                break

    def enqueue_req(self, conn: TConn) -> None:
        """A request has come, or begins to."""
        come = _peek(conn.sock)
        if _unread(conn) and is_whole(come):
            self._entries.append(conn)
        else:
            self._page_came = bool(come)
            super().enqueue_req(conn)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take nobody in while a page is made: another process may be free."""
        super().set_accept_enabled(enabled and not self.wsgi.lock.locked())

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for something to come, and begin with it."""
        self.set_accept_enabled(self._accepting)
        super().wait_for_and_dispatch_events(timeout if self._accepting else _LOOK_AGAIN_SECONDS)
        entries, self._entries = self._entries, []
        if entries and self.wsgi.lock.acquire(timeout=_PATIENCE_SECONDS):
            try:
                self._answer(entries)
            finally:
                self.wsgi.lock.release()
        else:  # a page takes long, and meanwhile this thread has others to look after
            for conn in entries:
                super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Answer a request; an entry of several waits for nobody who does not read."""
        if handed_over():
            conn.sock.settimeout(_SEND_SECONDS)
            self._places -= 1
            if self._places < 0:
                # gunicorn counts those that are kept already, and of several none is yet
                req.force_close()
        return super().handle_request(req, conn)

    def _answer(self, entries: list[TConn]) -> None:
        """Bring each to where it writes, carry that out together, and so on until all are done."""
        self._places = self.max_keepalived - len(self.keepalived_conns)
        conns = {greenlet(self._one): conn for conn in entries}
        said = {one: self._go_on(one, conn, getcurrent()) for one, conn in conns.items()}
        while said:
            for one in [one for one in said if one.dead]:
                self._finish(conns[one], kept=said.pop(one))
            given = together(list(said.values()), before_each=self.notify)
            said = {one: self._go_on(one, what) for one, what in zip(said, given, strict=True)}

    def _go_on(self, one: greenlet, *given: Any) -> Any:
        self.notify()  # each may have waited for the database
        return one.switch(*given)

    def _one(self, conn: TConn, carries_out: greenlet) -> bool:
        """Answer one, as a thread would. Gives work to carry out, and last whether to keep it."""
        hand_over_to(carries_out.switch)
        conn.data_ready = True
        try:
            return bool(self.handle(conn))
        except Exception:  # as of a thread, it ends with this one
            self.log.exception("Error handling an entry")
            return False

    def _finish(self, conn: TConn, *, kept: bool) -> None:
        if kept or _peek(conn.sock):
            done: Future[bool] = Future()
            done.set_result(kept)
            self.finish_request(conn, done)
            return
        # all of it was read, so nothing cuts off the answer: no need to wait for the other side
        self.nr_conns -= 1
        conn.close()


def is_whole(come: bytes) -> bool:
    """Whether this is a diary entry, all of it and nothing else: reading it waits for nobody."""
    end = come.find(_END, 0, _LARGEST_ENTRY)
    if end < 0 or not come.startswith(_ENTRY) or _IN_PIECES.search(come, 0, end + 2):
        return False
    length = _LENGTH.search(come, 0, end + 2)
    size = 0 if length is None else end + len(_END) + int(length[1])
    return len(come) == size <= _LARGEST_ENTRY


def _peek(connection: socket.socket) -> bytes:
    """What has come and was not read yet. It waits for nothing."""
    try:
        connection.setblocking(False)
        return connection.recv(_LARGEST_ENTRY + 1, socket.MSG_PEEK)
    except OSError:
        return b""


def _unread(conn: TConn) -> bool:
    """Whether nothing was read ahead of what lies in the connection."""
    return conn.parser is None or not conn.parser.unreader.buf.getvalue()
