"""Run the benchmarks of speed, one after the other, and keep what they find.

    python benchmarks/run.py                     # all, a quarter of an hour
    python benchmarks/run.py --only trial        # one; --only may be given several times

Each runs in a process of its own and leaves `benchmarks/results/NAME.json`; `make docs` then
writes docs/benchmarks.md anew. Nothing else should run beside it. R with lme4, nlme and metafor,
and a C compiler, are needed for the competitors.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from results import RESULTS

__all__ = ["BENCHMARKS"]

HERE = Path(__file__).parent
BENCHMARKS = ("answer", "simulation", "trial", "evidence", "pool")


def run(name: str, folder: Path) -> bool:
    """Whether it came through; what it prints goes on to the reader."""
    script, file = HERE / f"{name}_speed.py", folder / f"{name}.json"
    return subprocess.run([sys.executable, script, "--save", file], check=False).returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=BENCHMARKS, metavar="NAME")
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where results are kept")
    options = parser.parse_args()
    wanted = [name for name in BENCHMARKS if name in (options.only or BENCHMARKS)]
    failed = []
    for number, name in enumerate(wanted, start=1):
        start = time.monotonic()
        print(f"[{number}/{len(wanted)}] {name}", file=sys.stderr, flush=True)
        if not run(name, options.folder):
            failed.append(name)
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}; what was wrong is said above")


if __name__ == "__main__":
    main()
