"""The examples for running a server: they parse, they fit together, and every flag, setting and variable exists."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

from proofkey.cli.main import parser
from proofkey.server.configuration import Settled, settle
from proofkey.server.configuration.options import OPTIONS

FOLDER = Path(__file__).parents[3] / "examples" / "deploy"
UNIT = FOLDER / "proofkey.service"
WIDEST = 20  # tenths of systemd's measure of what a service may do; the unit has 12, a plain one has 96


def settled() -> Settled:
    """Read the example's settings."""
    return settle({}, {}, str(FOLDER / "proofkey.toml"))


def unit() -> ConfigParser:
    """Read the unit; some keys come twice, and the last is enough here."""
    read = ConfigParser(interpolation=None, strict=False, delimiters=("=",), comment_prefixes=("#",))
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(UNIT.read_text(encoding="utf-8"))
    return read


def container() -> Iterator[tuple[str, str]]:
    """Give the instructions of the Containerfile."""
    text = (FOLDER / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            instruction, _, rest = line.partition(" ")
            yield instruction, rest.strip()


def commands() -> Iterator[list[str]]:
    """Give every command line of proofkey that the examples name."""
    for file in ("proofkey.service", "README.md", "proofkey.toml"):
        for line in (FOLDER / file).read_text(encoding="utf-8").splitlines():
            for found in re.finditer(r"(?:/opt/proofkey/bin/proofkey|`proofkey) ([a-z][^`;]*)", line):
                yield shlex.split(found[1])


def test_every_command_of_the_examples_exists() -> None:
    """Each is accepted by the command line's own parser."""
    found = list(commands())
    assert len(found) >= 4
    for command in found:
        parser(command[0]).parse_args(command)


def test_the_settings_are_good_and_fit_the_unit() -> None:
    """The database and its key are in the unit's two folders, not in one."""
    said = settled().configuration
    assert settled().settings(said.port).issuer == said.issuer
    database, key = Path(str(said.database).removeprefix("sqlite:///")), Path(str(said.key_file))
    assert database.parent != key.parent
    folders = {Path("/var/lib") / name for name in unit()["Service"]["StateDirectory"].split()}
    assert {database.parent, key.parent} == folders


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    """By its own check, and with little that the service could do beyond its work."""
    analyze = shutil.which("systemd-analyze")
    service = unit()["Service"]
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == service["MemoryDenyWriteExecute"] == "yes"
    assert service["ProtectSystem"] == "strict"
    if analyze is None:
        pytest.skip("systemd-analyze is not installed: the unit was read by our own parser only")
    copy = tmp_path / "proofkey.service"
    copy.write_text(UNIT.read_text().replace("/opt/proofkey/bin/proofkey", shutil.which("true") or "/bin/true"))
    environment = {"PATH": "/usr/bin:/bin", "SYSTEMD_LOG_LEVEL": "warning"}
    verified = subprocess.run(
        [analyze, "verify", "--man=no", str(copy)], capture_output=True, text=True, env=environment, timeout=60
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    measure = [analyze, "security", "--offline=true", f"--threshold={WIDEST}", str(copy)]
    measured = subprocess.run(measure, capture_output=True, text=True, env=environment, timeout=60)
    if "unrecognized option" in measured.stderr:
        pytest.skip("this systemd-analyze cannot measure a unit that is not installed; it verified the unit")
    assert measured.returncode == 0, measured.stdout[-400:]


def test_the_container_names_settings_that_there_are() -> None:
    """Its variables are read without a complaint; it runs as nobody special, and ends by the signal we listen to."""
    said = list(container())
    names = [name for name, _ in said]
    assert set(names) <= {
        *("FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"),
        *("ENTRYPOINT", "CMD"),
    }
    variables = dict(each.split("=", 1) for _, rest in said if _ == "ENV" for each in shlex.split(rest))
    ours = {name: value for name, value in variables.items() if name.startswith("PROOFKEY_")}
    assert set(ours) <= {option.variable for option in OPTIONS}
    configuration = settle({}, ours).configuration
    instructions = dict(said)
    assert instructions["EXPOSE"] == str(configuration.port)
    assert f":{configuration.port}/livez" in instructions["HEALTHCHECK"]
    assert instructions["USER"] == "proofkey"
    assert instructions["STOPSIGNAL"] == "SIGTERM"
    for folder in re.findall(r'"(/\w+)"', instructions["VOLUME"]):
        assert folder in (str(Path(str(configuration.key_file)).parent), "/data")
    copied = [each for _, rest in said if _ == "COPY" and "--from" not in rest for each in rest.split()[:-1]]
    root = FOLDER.parents[1]
    assert [each for each in copied if not (root / each).exists()] == []


def test_nginx_passes_on_what_the_settings_expect() -> None:
    """Statements and blocks end; the port is that of the settings, whose proxy is trusted; a client's header is not."""
    text = re.sub(r"#.*", "", (FOLDER / "nginx.conf").read_text(encoding="utf-8"))
    assert text.count("{") == text.count("}") == 3
    statements = [" ".join(each.split()) for each in re.split(r"[;{}]", text) if each.strip()]
    assert [each for each in statements if "\n" in each] == []
    said = settled().configuration
    assert f"server {said.host}:{said.port}" in statements
    assert said.host in {str(network.network_address) for network in said.trusted_proxies}
    assert "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for" in statements
    assert 'proxy_set_header Forwarded ""' in statements
    assert f"server_name {str(said.issuer).removeprefix('https://')}" in statements
