"""Where a setting comes from, and what is said of one that is wrong: always with its place."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields

from proofkey.core.errors import Misuse
from proofkey.server.configuration import Configuration, settle
from proofkey.server.configuration.options import OPTIONS
from proofkey.server.configuration.showing import show, without_password
from proofkey.server.configuration.values import Address, Unfit


def written(folder: Path, text: str) -> str:
    """Write a settings file and give its path."""
    path = folder / "proofkey.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def complaint(folder: Path, text: str) -> str:
    """Give what is said about a settings file, from its file name on."""
    with pytest.raises(Misuse) as refused:
        settle({}, {}, written(folder, text))
    return str(refused.value).removeprefix(f"{folder}/")


def test_a_flag_beats_a_variable_beats_the_file_beats_the_default(tmp_path: Path) -> None:
    """Each source alone, and all over each other; each value knows where it was said."""
    file = written(tmp_path, "port = 1\nhost = '10.0.0.1'\ncode_lifetime = '2m'\n")
    settled = settle({"port": "3"}, {"PROOFKEY_PORT": "2", "PROOFKEY_HOST": "10.0.0.2"}, file)
    assert settled.configuration == Configuration(port=3, host="10.0.0.2", code_lifetime=120)
    places = [settled.place(name) for name in ("port", "host", "code_lifetime", "workers")]
    assert places == ["--port", "PROOFKEY_HOST", f"{tmp_path}/proofkey.toml:3", "default"]


def test_nothing_said_is_the_default(tmp_path: Path) -> None:
    """So is an empty variable, which some set-ups write for an absent one; the file may be named by a variable."""
    assert settle({"port": None}, {"PROOFKEY_ISSUER": ""}).configuration == Configuration()
    named = {"PROOFKEY_CONFIG": written(tmp_path, "port = 7")}
    assert settle({}, named).configuration.port == 7


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("host = '::1'\n\n# a comment\ncode_lifetime = 601\n", "proofkey.toml:4: code_lifetime must be 10 to 600 sec"),
        ("code_lifetime = '9s'", "proofkey.toml:1: code_lifetime must be"),
        ("\naccess_token_lifetime = 172801", "proofkey.toml:2: access_token_lifetime must be 60 to 172800 seconds"),
        ("port = '80x'", "proofkey.toml:1: port must be a whole number from 0 to 65535"),
        ("port = true", "proofkey.toml:1: port must be a whole number"),
        ("development = 'perhaps'", "proofkey.toml:1: development must be true or false"),
        ("personality = 'plain'", "proofkey.toml:1: personality must be genesys or standard"),
        ("issuer = 'login.example'", "proofkey.toml:1: issuer must be a URL"),
        ("trusted_proxies = ['10.0.0.0/8', '10.0.0.1/8']", "proofkey.toml:1: trusted_proxies must be a list"),
        ("metrics_listen = ':9464'", "proofkey.toml:1: metrics_listen must be host:port"),
        ("metrics_listen = '127.0.0.1:8400'", "proofkey.toml:1: metrics_listen must not be the public address"),
        ("port = 1\nisuer = 'x'", "proofkey.toml:2: there is no setting 'isuer'; did you mean issuer?"),
        ("[server]\nport = 1", "proofkey.toml:1: there is no setting 'server': the file has one level"),
        ("port = 1\n[lifetimes]\ncode = 2", "proofkey.toml:2: there is no setting 'lifetimes'"),
        ("port = 1\nhost = '''\nport = 2\nisuer = 1'''\nisuer = 3", "proofkey.toml:5: there is no setting 'isuer'"),
        ("port = 1\nport = 2", "proofkey.toml:2: this is no TOML"),
        ("port = \n", "proofkey.toml:1: this is no TOML"),
        ("issuer = https://x.example", "proofkey.toml:1: this is no TOML: Invalid value: a text stands in quotation"),
        ("port = 1\nhost = [\n", "proofkey.toml:2: this is no TOML"),
        ("tls_cert = 'a.pem'", "proofkey.toml:1: TLS needs both"),
        (
            "refresh_token_lifetime = '1h'\nrefresh_idle_lifetime = '2h'",
            "proofkey.toml:2: refresh_idle_lifetime must not be longer",
        ),
    ],
)
def test_a_complaint_names_the_file_and_the_line(tmp_path: Path, text: str, words: str) -> None:
    """What must be there instead, at the place where it is not."""
    assert complaint(tmp_path, text).startswith(words)


def test_a_complaint_names_the_variable_or_the_flag() -> None:
    """Also for a variable that was mistyped; a stranger's variable with our prefix is let be."""
    with pytest.raises(Misuse, match=r"^PROOFKEY_PORT: port must be"):
        settle({}, {"PROOFKEY_PORT": "x"})
    with pytest.raises(Misuse, match=r"^--session-lifetime: session_lifetime must be"):
        settle({"session_lifetime": "1y"}, {})
    with pytest.raises(Misuse, match=r"^PROOFKEY_ISUER: there is no such variable; did you mean PROOFKEY_ISSUER"):
        settle({}, {"PROOFKEY_ISUER": "https://x.example"})
    assert settle({}, {"PROOFKEY_HELM_RELEASE": "7"}).configuration == Configuration()


def test_what_only_the_server_can_judge_is_refused_by_place_too(tmp_path: Path) -> None:
    """An issuer that is none, and development mode for the world."""
    settled = settle({}, {}, written(tmp_path, "issuer = 'http://login.example'"))
    with pytest.raises(Misuse, match=r"proofkey.toml:1: an issuer is https"):
        settled.settings(8400)
    with pytest.raises(Misuse, match=r"proofkey.toml:1: development mode"):
        settle({"development": True}, {}, written(tmp_path, "issuer = 'https://login.example'")).settings(8400)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Absent, not text, too large."""
    with pytest.raises(Misuse, match="cannot read the settings file"):
        settle({}, {}, str(tmp_path / "absent.toml"))
    (tmp_path / "binary.toml").write_bytes(b"port = 1\nhost = '\xff'")
    with pytest.raises(Misuse, match=r"binary.toml:2: the settings file must be UTF-8"):
        settle({}, {}, str(tmp_path / "binary.toml"))
    with pytest.raises(Misuse, match="larger than"):
        settle({}, {}, written(tmp_path, "#" * 70_000))


def test_every_option_is_a_setting_and_every_setting_an_option() -> None:
    """Nothing can be set in one source only."""
    assert [option.name for option in OPTIONS] == [field.name for field in fields(Configuration)]


def test_the_issuer_is_made_of_host_port_and_tls() -> None:
    """An IPv6 address gets its brackets."""
    assert settle({"host": "::1"}, {}).settings(81).issuer == "http://[::1]:81"
    tls = settle({"tls_cert": "c", "tls_key": "k"}, {})
    assert tls.settings(82).issuer == "https://127.0.0.1:82"


def test_what_is_shown_can_be_read_again(tmp_path: Path) -> None:
    """Every value and its place; the text is a settings file."""
    flags = {"trusted_proxies": ["10.0.0.0/8"], "metrics_listen": "[::1]:9464", "session_lifetime": "90m", "port": "1"}
    settled = settle(flags, {"PROOFKEY_LOG_FORMAT": "json", "PROOFKEY_ACCESS_LOG": "yes"})
    assert settled.configuration.metrics_listen == Address("::1", 9464)
    text = show(settled)
    assert "# PROOFKEY_LOG_FORMAT" in text
    assert settle({}, {}, written(tmp_path, text)).configuration == settled.configuration
    assert tomllib.loads(text)["session_lifetime"] == "90m"


def test_what_is_shown_holds_no_password() -> None:
    """Neither of a database nor of a collector."""
    flags = {
        "database": "postgresql://pk:hunter2@db/pk?password=hunter2",
        "otlp_endpoint": "https://k:hunter2@o.example",
    }
    text = show(settle(flags, {}))
    assert "hunter2" not in text
    assert "postgresql://pk@db/pk" in text
    assert without_password("sqlite:////var/lib/proofkey.db") == "sqlite:////var/lib/proofkey.db"


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.lists(st.text(max_size=20))))
def test_a_reader_gives_a_value_or_says_what_it_must_be(value: object) -> None:
    """No other exception, whatever TOML or a shell brings."""
    for option in OPTIONS:
        with suppress(Unfit):
            assert option.read(value) is not None
