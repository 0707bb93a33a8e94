"""Where JAX computes, tried out in a process of its own: `python -m lowdose.cli.doctor_device`.

Of its own, since a wrong driver or an old processor ends the whole process, without an exception.
Prints one JSON object; the doctor reads it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping

import jax
import jax.numpy as jnp

from lowdose.runtime import cache_folder, cores, double_precision

__all__ = ["tried"]

_TERMS = 1000


def tried() -> Mapping[str, str | bool]:
    """Compute a sum whose value is known, and write a file beside the compiled code."""
    with double_precision():
        k = jnp.arange(1.0, _TERMS + 1)
        total = float(jax.jit(lambda k: jnp.sum(1 / (k * (k + 1))))(k))
    first = jax.devices()[0]
    number = cores() if first.platform == "cpu" else jax.device_count()
    folder = jax.config.jax_compilation_cache_dir
    return {
        "platform": first.platform,
        "name": f"{number} cores" if first.platform == "cpu" else f"{number} {first.device_kind}",
        # 1/2 + 1/6 + 1/12 + ... + 1/(n (n + 1)) = n / (n + 1); single precision misses this bound
        "right": abs(total - _TERMS / (_TERMS + 1)) < 1e-13,
        "cache": str(folder or cache_folder()),
        "cache_writable": bool(folder) and _writable(str(folder)),
    }


def _writable(folder: str) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"lowdose")
    except OSError:
        return False
    return True


if __name__ == "__main__":
    print(json.dumps(tried()))  # noqa: T201
