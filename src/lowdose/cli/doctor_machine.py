"""Whether this machine can do the work: where it computes, what it keeps, paper, disk."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from lowdose.cli.doctor_finding import Finding, Trouble, shown
from lowdose.cli.doctor_packages import extra_is_there

__all__ = ["cache", "device", "disk", "paper", "places", "tried"]

_PATIENCE_S = 240  # the first import after an installation takes a minute on a busy machine
_LEAST_FREE = 200 * 2**20  # bytes; compiled code takes some 25 MB, a report less than one
_DRIVER = Path("/proc/driver/nvidia/version")


def tried() -> Mapping[str, Any] | Trouble:
    """What `doctor_device` prints, or why it prints nothing."""
    command = [sys.executable, "-P", "-m", "lowdose.cli.doctor_device"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        wrong = f"JAX had not computed anything after {_PATIENCE_S} seconds"
        return Trouble(wrong, "compute on the processor: JAX_PLATFORMS=cpu")
    if done.returncode:
        return _broken(done.returncode, done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def device(said: Mapping[str, Any] | Trouble) -> Finding:
    """Where JAX computes, by what `tried` found."""
    if isinstance(said, Trouble):
        return Finding("device", "", (said,))
    what = f"{said['platform']}, {said['name']}, in double precision"
    details = {"platform": str(said["platform"])}
    if not said["right"]:
        wrong = "a sum whose value is known came out wrong"
        remedy = "trust no number of this machine; compute on its processor: JAX_PLATFORMS=cpu"
        return Finding("device", what, (Trouble(wrong, remedy),), details=details)
    card = said["platform"] == "cpu" and _DRIVER.exists()
    if card and extra_is_there("gpu"):
        hint = "there is an NVIDIA card that JAX does not use: JAX_PLATFORMS may name the processor"
        hint += ", or the driver be older than CUDA 13 (nvidia-smi tells)"
        return Finding("device", what, hints=(hint,), details=details)
    hints = ("there is an NVIDIA card; to use it: pip install 'lowdose[gpu]'",) if card else ()
    return Finding("device", what, hints=hints, details=details)


def cache(said: Mapping[str, Any] | Trouble) -> Finding:
    """Whether compiled code is kept for the next command, by what `tried` found."""
    if isinstance(said, Trouble):
        return Finding("cache", "not known, since nothing could be computed")
    folder = Path(said["cache"])
    if not said["cache_writable"]:
        wrong = f"{shown(folder)} cannot be written, so every command compiles anew"
        remedy = "let XDG_CACHE_HOME name a folder that can be written"
        return Finding("cache", "", (Trouble(wrong, remedy),))
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    return Finding("cache", f"{shown(folder)}, {size / 1e6:.0f} MB of compiled code")


def _broken(status: int, stderr: str) -> Trouble:
    again = "pip install --force-reinstall jax jaxlib"
    if status < 0:
        wrong = f"JAX ended its process ({signal.Signals(-status).name})"
        older = "jaxlib needs a processor with AVX; where there is one, install JAX again"
        return Trouble(wrong, f"{older}: {again}")
    kind = (stderr.strip().splitlines() or ["no word"])[-1].partition(":")[0]
    return Trouble(f"JAX cannot compute here ({kind[:80]})", f"install JAX again: {again}")


def paper() -> Finding:
    """Whether a sheet can be set as PDF, with the letters of its text."""
    import typst

    from lowdose.report.document import Document, Section, Words
    from lowdose.report.pdf import to_pdf

    section = Section("letters", "Letters", (Words("Blåbærsyltetøy, 4.5 mg ≥ 50 µg, β-endorphin"),))
    sheet = to_pdf(Document("lowdose", "Doctor", (section,), ""), made_on=date(2026, 1, 1))
    if not sheet.startswith(b"%PDF-") or b"pdfuaid" not in sheet:
        remedy = "install its maker again: pip install --force-reinstall typst"
        return Finding("paper", "", (Trouble("a sheet did not become an accessible PDF", remedy),))
    return Finding("paper", f"PDF/UA; {len(typst.Fonts().families())} families of letters")


def disk(folders: Iterable[Path]) -> Finding:
    """What is free where files are written."""
    free = {each: shutil.disk_usage(each).free for each in map(_existing, folders)}
    said = ", ".join(f"{left / 1e9:.1f} GB in {shown(folder)}" for folder, left in free.items())
    troubles = tuple(
        Trouble(f"less than {_LEAST_FREE / 1e6:.0f} MB in {shown(folder)}", "make room there")
        for folder, left in free.items()
        if left < _LEAST_FREE
    )
    return Finding("disk", f"free: {said}", troubles)


def places() -> tuple[Path, ...]:
    """Where every command writes: the folder one stands in, and the one for passing files."""
    return Path.cwd(), Path(tempfile.gettempdir())


def _existing(folder: Path) -> Path:
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
