"""What the clinic stores of secrets, against the standard's own examples.

Most of what is checked of the clinic is no number: docs/validation/clinic.md names those tests.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.check import Chapter, Check, Kind, Within

from lowdose.clinic.vault import token_hash

# Message and digest: examples of FIPS 180-4 (NIST, SHA256.pdf).
SHA256 = (
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ),
)


def checks() -> Iterator[Check]:
    """Bytes of what is stored of a secret address."""
    for message, digest in SHA256:
        yield Check(
            Chapter.CLINIC,
            f"what is stored of an address with the secret {message[:8]}, 32 bytes",
            lambda message=message: list(bytes.fromhex(token_hash(message))),
            list(bytes.fromhex(digest)),
            "SHA-256, examples of FIPS 180-4, doi:10.6028/NIST.FIPS.180-4",
            Within(),
            Kind.PUBLISHED,
        )
