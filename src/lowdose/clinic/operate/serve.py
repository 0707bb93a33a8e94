"""Serve the application: web processes, and beside them the worker that computes.

One process starts both and stops both. The worker is started again where it ends by itself, and
every web process is replaced by gunicorn where it dies; nothing that was acknowledged is lost by
that, since every acknowledged entry is on the disk.
"""

from __future__ import annotations

import errno
import gc
import os
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from wsgiref.util import setup_testing_defaults

from lowdose.errors import Fault, InputError

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

__all__ = ["check_address", "serve"]

_THREADS = 12
"""Of one web process: browsers open connections ahead and say nothing on them for a while, and each
of these takes a thread."""

_CONNECTIONS = 24
"""Of one web process, with those that are kept open and say nothing just now."""

_RESTART_SECONDS = 2.0
_PATIENCE_SECONDS = 3.0


def check_address(host: str, port: int) -> None:
    """See that one can listen there, before anything is made or started.

    Raises InputError where another program has the port, or where it may not be had.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for family, kind, protocol, _name, address in found[:1]:
            with socket.socket(family, kind, protocol) as one:
                # as gunicorn does: connections that just ended are not in the way
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                one.bind(address)
    except (OSError, UnicodeError) as error:
        raise InputError([_address_fault(host, port, error)]) from None


def _address_fault(host: str, port: int, error: Exception) -> Fault:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            remedy = f"stop that program, or name another port, as --port {_another(port)}"
            said = f"{port}, in use by another program"
            return Fault("--port", said, "a port that nobody uses", remedy)
        case errno.EACCES:
            remedy = "name another, as --port 8000, and put a proxy in front"
            return Fault("--port", f"{port}, not allowed", "a port that you may use", remedy)
        case _:
            remedy = "leave --host out for this machine alone"
            return Fault("--host", repr(host), "an address of this machine", remedy)


def _another(port: int) -> int:
    return port + 1 if port < 65535 else port - 1


def serve(*, host: str, port: int, workers: int, ready: Callable[[], None]) -> None:
    """Serve until stopped. `ready` is called when the first web process can answer.

    The application must have been loaded (`start.load`) and its tables made.
    """
    from django.db import connections
    from gunicorn.app.base import BaseApplication

    from lowdose.clinic.operate.web_process import OneAtATime
    from lowdose.clinic.wsgi import application

    class Application(BaseApplication):  # type: ignore[misc]
        """gunicorn, told by arguments instead of by a file."""

        def load_config(self) -> None:
            """Take the settings below."""
            for name, value in _settings(host, port, workers, ready).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """The application, loaded before the processes part: they share its memory."""
            return OneAtATime(application)

    _warm(application)
    connections.close_all()
    # what is there before the processes part stays: none of them need look through it again
    gc.collect()
    gc.freeze()
    worker = _Worker()
    worker.start()
    try:
        Application().run()
    finally:
        worker.stop()


def _warm(application: WSGIApplication) -> None:
    """Ask for one page before the processes part: what the first one loads, all of them have."""
    from django.conf import settings
    from django.urls import reverse

    asked: WSGIEnvironment = {}
    setup_testing_defaults(asked)
    asked |= {"HTTP_HOST": settings.SITE.host, "PATH_INFO": reverse(settings.LOGIN_URL)}
    answer = application(asked, lambda *_: lambda _written: None)
    getattr(answer, "close", lambda: None)()


def _settings(host: str, port: int, workers: int, ready: Callable[[], None]) -> dict[str, Any]:
    shown = f"[{host}]" if ":" in host else host
    return {
        "bind": f"{shown}:{port}",
        "workers": workers,
        "worker_class": "lowdose.clinic.operate.web_process.WebProcess",
        "threads": _THREADS,
        "worker_connections": _CONNECTIONS,
        "preload_app": True,
        "backlog": 512,
        "timeout": 60,
        "graceful_timeout": 5,
        "keepalive": 5,
        "max_requests": 20_000,
        "max_requests_jitter": 2_000,
        "limit_request_line": 2048,
        "limit_request_fields": 60,
        "forwarded_allow_ips": "127.0.0.1,::1",
        "loglevel": "warning",
        "accesslog": None,  # an address tells which course somebody looked at
        "control_socket_disable": True,
        "when_ready": lambda _server: ready(),
        **_processors(workers),
    }


def _processors(workers: int) -> dict[str, Any]:
    """Let every web process stay on one processor, evenly shared out, where there are enough.

    Left to itself Linux moves them about while they wait for each other, and what a processor held
    of one is read anew; entries at the same moment take a tenth less without that.
    """
    if sys.platform != "linux" or workers < len(allowed := sorted(os.sched_getaffinity(0))):
        return {}

    def choose(server: Any, process: Any) -> None:
        taken = Counter(getattr(one, "processor", None) for one in server.WORKERS.values())
        process.processor = min(allowed, key=lambda one: taken[one])

    def stay(_server: Any, process: Any) -> None:
        with suppress(OSError):  # taken from this machine meanwhile
            os.sched_setaffinity(0, {process.processor})

    return {"pre_fork": choose, "post_fork": stay}


class _Worker:
    """The process that works through the task queue, kept alive."""

    def __init__(self) -> None:
        self._parent = os.getpid()
        self._stopped = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Start it, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop it; what it is computing is computed again when the next one starts.

        Web processes come by here too when they end, as they are copies: it is not theirs.
        """
        self._stopped.set()
        if self._process is None or os.getpid() != self._parent:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:  # it would end its task first, which may take minutes
            self._process.kill()
            self._process.wait()

    def _keep(self) -> None:
        while not self._stopped.is_set():
            command = [sys.executable, "-m", "lowdose.clinic.operate.worker"]
            self._process = subprocess.Popen(command, env=os.environ.copy())
            self._process.wait()
            self._stopped.wait(_RESTART_SECONDS)
