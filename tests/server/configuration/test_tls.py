"""What is said of a certificate and a key that cannot serve, before the server says that it listens."""

from __future__ import annotations

import datetime
import os
import socket
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from proofkey.cli.main import main
from proofkey.core.errors import Misuse
from proofkey.server.configuration import settle
from proofkey.server.configuration.tls import check_tls, exposure


def write_pair(folder: Path, name: str, passphrase: bytes | None = None) -> tuple[str, str]:
    """Write a certificate and its key; give their paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    locked = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    cert_file, key_file = folder / f"{name}.pem", folder / f"{name}-key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key_file.touch(mode=0o600)
    key_file.write_bytes(key.private_bytes(pem, pkcs8, locked))
    return str(cert_file), str(key_file)


def check(cert: str, key: str) -> None:
    """Check what two flags name."""
    check_tls(settle({"tls_cert": cert, "tls_key": key}, {}))


def complaint(cert: str, key: str) -> str:
    """Give what is said of two files."""
    with pytest.raises(Misuse) as refused:
        check(cert, key)
    return str(refused.value)


def test_a_certificate_and_its_key_serve(tmp_path: Path) -> None:
    """Nothing is said; nor without TLS."""
    check(*write_pair(tmp_path, "ours"))
    check_tls(settle({}, {}))


def test_a_file_that_is_not_there_is_named_with_its_setting(tmp_path: Path) -> None:
    """The certificate first, then the key."""
    cert, _ = write_pair(tmp_path, "ours")
    assert (
        complaint("/nowhere.pem", "/nowhere.key") == "--tls-cert: cannot read /nowhere.pem: No such file or directory"
    )
    assert complaint(cert, "/nowhere.key") == "--tls-key: cannot read /nowhere.key: No such file or directory"


def test_the_key_of_another_certificate_is_told_from_a_file_that_is_no_pem(tmp_path: Path) -> None:
    """Each has another remedy."""
    cert, key = write_pair(tmp_path, "ours")
    _, foreign = write_pair(tmp_path, "another")
    assert "is not the key of the certificate in" in complaint(cert, foreign)
    assert "must be PEM" in complaint(key, cert)


def test_a_key_behind_a_passphrase_is_refused_without_asking_for_it(tmp_path: Path) -> None:
    """Nobody sits at a server's terminal."""
    assert "without a passphrase" in complaint(*write_pair(tmp_path, "ours", b"correct horse"))


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o604, 0o444])
def test_a_key_that_everybody_may_read_is_told(tmp_path: Path, mode: int) -> None:
    """With the command that mends it; its group may read it, as the group of certificates does on some systems."""
    cert, key = write_pair(tmp_path, "ours")
    Path(key).chmod(mode)
    check(cert, key)
    assert exposure(key) == (
        f"everybody on this machine may read the private key {key} (mode {mode:04o}): chmod o= '{key}'"
    )
    Path(key).chmod(0o640)
    assert exposure(key) is None


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_serve_warns_of_a_key_that_everybody_may_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before it listens; here it cannot, because somebody else does."""
    cert, key = write_pair(tmp_path, "ours")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        options = ["--port", str(taken.getsockname()[1]), "--database", f"sqlite:///{tmp_path}/proofkey.db"]
        for mode, warns in ((0o600, False), (0o644, True)):
            Path(key).chmod(mode)
            assert main(["serve", *options, "--tls-cert", cert, "--tls-key", key]) == 2
            assert ("private-key-is-open" in capsys.readouterr().err) is warns
