"""How passwords are stored: scrypt, as costly as OWASP asks; older hashes are renewed later."""

from __future__ import annotations

from django.contrib.auth.hashers import ScryptPasswordHasher

__all__ = ["Scrypt"]


class Scrypt(ScryptPasswordHasher):
    """64 MiB and about a fifth of a second for each guess."""

    work_factor = 2**16
    parallelism = 1
    maxmem = 2**27
