"""Decides whether the certificate and the key can serve, before anybody is told that the server listens."""

from __future__ import annotations

import os
import ssl
import stat

from proofkey.core.errors import Misuse
from proofkey.server.configuration.reading import Settled
from proofkey.server.configuration.secrecy import OTHERS_READ


def check_tls(settled: Settled) -> None:
    """Read both files as the server will. Raises Misuse, which names the setting and the file."""
    cert, key = settled.configuration.tls_cert, settled.configuration.tls_key
    if not cert or not key:
        return
    for name, file in (("tls_cert", cert), ("tls_key", key)):
        try:
            with open(file, "rb"):
                pass
        except OSError as error:
            raise Misuse(f"{settled.place(name)}: cannot read {file}: {error.strerror}") from None
    try:
        # Without an answer to the question for a passphrase, OpenSSL would ask it at the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise Misuse(f"{settled.place('tls_key')}: {key} is not the key of the certificate in {cert}") from None
        raise Misuse(
            f"{settled.place('tls_cert')}: {cert} and {key} must be PEM, a certificate chain with the server's "
            "certificate first, and its private key without a passphrase"
        ) from None


def exposure(key: str) -> str | None:
    """Say that everybody on the machine may read a private key, and how to mend it; its group may, as with others."""
    mode = stat.S_IMODE(os.stat(key).st_mode)
    if os.name != "posix" or not mode & OTHERS_READ:
        return None
    return f"everybody on this machine may read the private key {key} (mode {mode:04o}): chmod o= '{key}'"
