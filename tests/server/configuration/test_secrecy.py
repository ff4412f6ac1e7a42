"""A settings file with a password in it is not for everybody's eyes."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofkey.core.errors import Misuse
from proofkey.server.configuration import settle

PASSWORD = "correct-horse"
SECRET = f"# ours\ndatabase = 'postgresql://proofkey:{PASSWORD}@db.example/proofkey'\n"


def written(folder: Path, text: str, mode: int) -> str:
    """Write a settings file of this mode and give its path."""
    path = folder / "proofkey.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return str(path)


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"\ndatabase = 'postgresql://db.example/proofkey?user=proofkey&password={PASSWORD}'",
        f"\notlp_endpoint = 'https://user:{PASSWORD}@otlp.example'",
        f"\notlp_endpoint = 'https://otlp.example/v1/traces?key={PASSWORD}'",
    ],
)
@pytest.mark.parametrize("mode", [0o644, 0o604])
def test_a_secret_that_everybody_may_read_is_refused(tmp_path: Path, text: str, mode: int) -> None:
    """The sentence names the line and the command that mends it, never the secret."""
    file = written(tmp_path, text, mode)
    with pytest.raises(Misuse) as refused:
        settle({}, {}, file)
    said = str(refused.value)
    assert said.startswith(f"{file}:2: everybody on this machine may read the secret in ")
    assert f"(mode {mode:04o})" in said
    assert "chmod o= " in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        (SECRET, 0o600),
        (SECRET, 0o640),
        ("database = 'postgresql://proofkey@db.example/proofkey?sslmode=verify-full'", 0o644),
        ("database = 'sqlite:////var/lib/proofkey.db'\nport = 7", 0o644),
        ("otlp_endpoint = 'https://otlp.example/v1/traces'", 0o644),
    ],
)
def test_what_is_kept_or_is_no_secret_is_read(tmp_path: Path, text: str, mode: int) -> None:
    """The server's group may read it: so it is where root owns the file."""
    assert settle({}, {}, written(tmp_path, text, mode)).places
