"""`users`, `clients`, `keys` and `db` on a database of their own, as somebody types them."""

from __future__ import annotations

import asyncio
import io
import json
import stat
import time
from pathlib import Path

import pytest

from proofkey.cli.main import main
from proofkey.server.store import open_store
from proofkey.testing.store_samples import make_grant


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a database in the environment."""
    path = tmp_path / "proofkey.db"
    monkeypatch.setenv("PROOFKEY_DATABASE", f"sqlite:///{path}")
    return path


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Put a text on standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_users_come_and_go(database, monkeypatch, capsys) -> None:
    """Add, list, new password, remove; a second of the same name is refused."""
    type_in(monkeypatch, "correct horse\n")
    assert (
        main(["users", "add", "ada", "--email", "ada@example.org", "--claim", "given_name=Ada", "--password-stdin"])
        == 0
    )
    type_in(monkeypatch, "x")
    assert main(["users", "add", "ada", "--password-stdin"]) == 2
    capsys.readouterr()
    assert main(["users", "list"]) == 0
    assert capsys.readouterr().out.split() == ["ada", "ada@example.org"]
    type_in(monkeypatch, "another horse\r\n")
    assert main(["users", "passwd", "ada", "--password-stdin"]) == 0
    assert main(["users", "remove", "ada"]) == 0
    assert main(["users", "remove", "ada"]) == 2
    assert stat.S_IMODE(database.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize("typed", ["", "x", "seven c", "password", "ada.lovelace"])
def test_a_person_cannot_choose_a_password_that_may_not_be(database, monkeypatch, capsys, typed: str) -> None:
    """None at all, one that is too short, tried first, or the user name; when a person is added and later."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _="": typed)
    assert main(["users", "add", "ada.lovelace"]) == 2
    said = capsys.readouterr().err
    assert "password" in said
    assert "Traceback" not in said
    assert typed == "" or f"{typed!r}" not in said
    monkeypatch.setattr("getpass.getpass", lambda _="": "correct horse battery")
    assert main(["users", "add", "ada.lovelace"]) == 0
    assert "password" not in capsys.readouterr().err
    monkeypatch.setattr("getpass.getpass", lambda _="": typed)
    assert main(["users", "passwd", "ada.lovelace"]) == 2


def test_an_empty_password_is_refused(database, monkeypatch, capsys) -> None:
    """A line end alone is no password."""
    type_in(monkeypatch, "\n")
    assert main(["users", "add", "ada", "--password-stdin"]) == 2
    assert "password" in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["x", "password", "ada"])
def test_a_program_is_told_that_its_password_is_weak(database, monkeypatch, capsys, typed: str) -> None:
    """It may make people for a test; the warning is loud, and shows no password that is none of the common ones."""
    type_in(monkeypatch, f"{typed}\n")
    assert main(["users", "add", "ada", "--password-stdin"]) == 0
    assert "WEAK PASSWORD" in capsys.readouterr().err


def test_a_short_password_is_taken_with_a_word_of_advice(database, monkeypatch, capsys) -> None:
    """It is the only factor here: 15 characters are better."""
    type_in(monkeypatch, "lovelace\n")
    assert main(["users", "add", "ada", "--password-stdin"]) == 0
    assert "15 characters" in capsys.readouterr().err


def test_a_secret_is_shown_once(database, capsys) -> None:
    """RFC 7591 names; the secret is in the answer to `add` and nowhere after."""
    assert (
        main(["clients", "add", "--id", "web", "--confidential", "--redirect-uri", "https://a.example/cb", "--json"])
        == 0
    )
    made = json.loads(capsys.readouterr().out)
    assert made["token_endpoint_auth_method"] == "client_secret_basic"
    assert main(["clients", "show", "web"]) == 0
    shown = capsys.readouterr().out
    assert made["client_secret"] not in shown
    assert json.loads(shown)["redirect_uris"] == ["https://a.example/cb"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--redirect-uri", "http://app.example/cb"], "loopback"),
        (["--redirect-uri", "https://app.example/#/cb"], "fragment"),
        ([], "--redirect-uri"),
        (["--redirect-uri", "https://a.example/cb", "--without-pkce"], "PKCE"),
        (["--redirect-uri", "https://a.example/cb", "--public", "--auth-method", "client_secret_post"], "public"),
        (["--grant", "client_credentials"], "confidential"),
    ],
)
def test_what_cannot_work_is_said_and_not_stored(database, capsys, options, words) -> None:
    """Exit 2, one plain sentence, nothing in the database."""
    assert main(["clients", "add", "--id", "spa", *options]) == 2
    assert words in capsys.readouterr().err
    assert main(["clients", "show", "spa"]) == 2


def test_a_client_has_an_id(database, capsys) -> None:
    """An unset variable of a shell gives an empty one."""
    assert main(["clients", "add", "--id", "", "--redirect-uri", "https://a.example/cb"]) == 2
    assert "at least one character" in capsys.readouterr().err


def test_a_client_that_may_ask_for_everything_is_told_as_such(database, capsys) -> None:
    """A list of all scopes says little; one that somebody made is left without a word, and the JSON is JSON."""
    add = ["clients", "add", "--redirect-uri", "https://a.example/cb", "--id"]
    assert main([*add, "all"]) == 0
    assert "every scope but those of administrators" in capsys.readouterr().err
    assert main([*add, "some", "--scope", "openid email"]) == 0
    assert "scope" not in capsys.readouterr().err
    assert main(["clients", "show", "all"]) == 0
    shown = capsys.readouterr()
    assert "users:readonly" in json.loads(shown.out)["scope"].split()
    assert "every scope but those of administrators" in shown.err
    assert main(["clients", "show", "some"]) == 0
    shown = capsys.readouterr()
    assert (json.loads(shown.out)["scope"], shown.err) == ("openid email", "")


def test_lint_names_what_looks_wrong(database, capsys) -> None:
    """Public and trusted on loopback: a sentence, and exit 1."""
    main(["clients", "add", "--id", "spa", "--redirect-uri", "http://localhost/cb", "--trusted"])
    capsys.readouterr()
    assert main(["clients", "lint"]) == 1
    out = capsys.readouterr().out
    assert "127.0.0.1" in out
    assert "trusted" in out


def test_a_login_made_while_the_keys_rotate_ends_with_the_others(database, monkeypatch) -> None:
    """The keys of the old ones are closed at the end of the command, not at its beginning."""
    from proofkey.server.keys import rotation

    assert main(["db", "migrate"]) == 0
    rotate, grants = rotation.rotate, []

    async def rotate_and_log_in(store, *rest: object, **how: object) -> None:
        await rotate(store, *rest, **how)
        grants.append(make_grant(time.time()))
        await store.redeem(grants[0])

    async def end_reason() -> str | None:
        store = await open_store(f"sqlite:///{database}")
        found = await store.grant(grants[0].grant_id)
        await store.close()
        return found.end_reason

    monkeypatch.setattr(rotation, "rotate", rotate_and_log_in)
    assert main(["keys", "rotate", "--now", "--end-grants"]) == 0
    assert asyncio.run(end_reason()) == "keys-rotated"


def test_keys_rotate_and_the_list_shows_no_secret(database, capsys) -> None:
    """A new key in each family; for a compromise, the old ones are closed, but not of a database that is not there."""
    assert main(["keys", "rotate", "--now", "--end-grants"]) == 2
    assert main(["db", "migrate"]) == 0
    assert main(["keys", "rotate", "--now", "--end-grants"]) == 0
    assert main(["keys", "rotate", "--now", "--end-grants"]) == 0
    capsys.readouterr()
    assert main(["keys", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("closed" in line for line in lines)
    assert any("in use" in line for line in lines)


def test_a_backup_overwrites_nothing(database, tmp_path, capsys) -> None:
    """The copy is its owner's alone, and a second to the same place is refused."""
    assert main(["db", "migrate"]) == 0
    target = tmp_path / "copy.db"
    assert main(["db", "backup", str(target)]) == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert main(["db", "backup", str(target)]) == 2
    assert "overwrites nothing" in capsys.readouterr().err


def test_what_is_not_there_is_not_marked_as_restored(tmp_path, capsys) -> None:
    """With a mistyped address the database that was restored would go on unmarked, and nobody would know."""
    assert main(["db", "restored", "--database", f"sqlite:///{tmp_path / 'typo.db'}"]) == 2
    assert "there is no database" in capsys.readouterr().err
    assert not (tmp_path / "typo.db").exists()


def test_the_database_may_stand_on_either_side_of_the_action(tmp_path, capsys) -> None:
    """`users --database X list` and `users list --database X`."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    assert main(["db", "--database", url, "migrate"]) == 0
    assert main(["clients", "--database", url, "list"]) == 0
    assert main(["clients", "list", "--database", url]) == 0


def test_an_unusable_database_is_said_plainly(capsys) -> None:
    """Exit 2, no traceback."""
    assert main(["users", "list", "--database", "mysql://x"]) == 2
    assert "sqlite" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ["--workers", "2"],
        ["--development", "--issuer", "https://login.example"],
        ["--tls-cert", "x"],
        ["--issuer", "http://login.example"],
    ],
)
def test_serve_refuses_what_it_cannot_do(database, capsys, options) -> None:
    """Exit 2 and the reason."""
    assert main(["serve", "--port", "0", *options]) == 2
    assert capsys.readouterr().err.startswith("proofkey: ")


def test_an_address_for_all_needs_an_issuer(database, capsys) -> None:
    """Who wrote --host alone is told which option is missing."""
    assert main(["serve", "--port", "0", "--host", "0.0.0.0"]) == 2  # noqa: S104  what is refused
    assert "name the address that clients use with --issuer" in capsys.readouterr().err


def test_a_refusal_is_found_by_its_request_id(database, tmp_path, capsys) -> None:
    """What the network was not told: the fault, in words, under the id that the answer carried."""
    import asyncio

    from tests.server.person import Attempt, Person, code_for, open_test_server

    async def refuse() -> str:
        server = await open_test_server(tmp_path, development=True)
        await server.start()
        async with Person(server) as person:
            attempt = Attempt()
            form = attempt.form(await code_for(person, attempt)) | {"redirect_uri": "https://app.example/callback/"}
            response = await person.token(**form)
        await server.close()
        return response.headers["x-request-id"]

    request_id = asyncio.run(refuse())
    assert main(["journal", request_id]) == 0
    shown = capsys.readouterr().out
    assert "redirect-uri-trailing-slash" in shown
    assert "fix:" in shown
    assert main(["journal", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["request_id"] == request_id
    assert main(["journal", "0" * 32]) == 2


def test_the_journal_moves_no_cursor(database, tmp_path, capsys) -> None:
    """A stranger chooses the redirect URI that stands in it."""
    import asyncio

    from tests.server.person import Attempt, Person, open_test_server

    async def refuse() -> str:
        server = await open_test_server(tmp_path, development=True)
        await server.start()
        async with Person(server) as person:
            attempt = Attempt(authorize={"redirect_uri": "https://app.example/\x1b[2J\nforged: yes"})
            response = await person.http.get(attempt.url())
        await server.close()
        return response.headers["x-request-id"]

    request_id = asyncio.run(refuse())
    assert main(["journal", request_id]) == 0
    shown = capsys.readouterr().out
    assert "redirect-uri-not-registered" in shown
    assert all(line.isprintable() and not line.startswith("forged") for line in shown.splitlines())


def test_logging_out_everywhere_ends_sessions_and_tokens(database, tmp_path, capsys) -> None:
    """One command ends what the person has anywhere: the session asks again, the tokens are dead."""
    import asyncio

    from tests.server.person import Attempt, Person, code_for, open_test_server

    async def log_in_and_look(before: str | None) -> tuple[str, str, int]:
        server = await open_test_server(tmp_path)
        async with Person(server) as person:
            if before is None:
                attempt = Attempt()
                tokens = (await person.token(**attempt.form(await code_for(person, attempt)))).json()
                cookie = "; ".join(f"{name}={value}" for name, value in person.http.cookies.items())
                result = (tokens["access_token"], cookie, 0)
            else:
                token, cookie = before.split("|", 1)
                me = await person.http.get("/api/v2/users/me", headers={"authorization": f"Bearer {token}"})
                page = await person.http.get(Attempt().url(), headers={"cookie": cookie})
                result = ("", "asks" if 'name="password"' in page.text else "knows", me.status_code)
        await server.close()
        return result

    token, cookie, _ = asyncio.run(log_in_and_look(None))
    assert main(["users", "logout", "ada"]) == 0
    assert asyncio.run(log_in_and_look(f"{token}|{cookie}"))[1:] == ("asks", 401)


@pytest.mark.parametrize(
    ("command", "advice"),
    [
        (["users", "list"], "proofkey users add NAME"),
        (["clients", "list"], "proofkey clients add"),
        (["keys", "list"], "a server makes them when it starts"),
        (["journal"], "nothing was refused"),
    ],
)
def test_an_empty_list_says_so(database, capsys, command, advice) -> None:
    """Silence would look like the wrong database, which it may be."""
    assert main(["db", "migrate"]) == 0
    capsys.readouterr()
    assert main(command) == 0
    shown = capsys.readouterr()
    assert advice in shown.err
    assert shown.out == ""


def test_registering_says_at_once_what_lint_would_say(database, capsys) -> None:
    """On standard error, so that --json stays JSON."""
    uris = ["--redirect-uri", "https://app.example/cb", "--redirect-uri", "https://app.example/cb/"]
    assert main(["clients", "add", "--id", "spa", "--json", *uris]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["client_id"] == "spa"
    assert "warning: https://app.example/cb is registered with and without a slash" in shown.err


def test_the_demo_says_what_it_cannot_use(tmp_path, capsys) -> None:
    """Exit 2 and a sentence, no traceback."""
    (tmp_path / "file").touch()
    assert main(["demo", "--no-browser", "--data", str(tmp_path / "file")]) == 2
    assert f"cannot keep the database in {tmp_path / 'file'}" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["demo", "--no-browser", "--port", "70000"])
    assert ended.value.code == 2
    assert "a port is a number from 0 to 65535" in capsys.readouterr().err


def test_a_database_that_a_command_made_is_named_once(tmp_path, capsys) -> None:
    """Whoever mistyped the address of his own sees it."""
    for name, made in (("spa", True), ("web", False)):
        database = f"sqlite:///{tmp_path / 'proofkey.db'}"
        assert (
            main(["clients", "add", "--id", name, "--redirect-uri", "http://127.0.0.1/cb", "--database", database]) == 0
        )
        assert ("made a new database: sqlite:///" in capsys.readouterr().err) is made


@pytest.mark.parametrize(
    "command",
    ["users list", "users remove ada", "clients list", "clients show spa", "journal", "keys list", "keys rotate"],
)
def test_a_command_about_what_is_there_makes_no_database(tmp_path, capsys, command: str) -> None:
    """An empty one would say that nobody is there, and the real one stands elsewhere."""
    file = tmp_path / "proofkey.db"
    assert main([*command.split(), "--database", f"sqlite:///{file}"]) == 2
    assert f"there is no database sqlite:///{file}; serve, users add" in capsys.readouterr().err
    assert not file.exists()


def test_the_demo_says_that_a_usual_port_was_taken(capsys) -> None:
    """Examples and bookmarks name the usual ones."""
    from proofkey.cli.demo import _announce
    from proofkey.demo.running import Addresses

    _announce(Addresses("http://127.0.0.1:1", "http://127.0.0.1:2", Path("x.db")))
    assert "Something else" not in capsys.readouterr().out
    _announce(Addresses("http://127.0.0.1:1", "http://127.0.0.1:8401", Path("x.db"), (8400,)))
    assert "Something else listens on 8400, so" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [
        "users add ada --password-stdin",
        "users add ada --claim no-value --password-stdin",
        "clients add --id spa --redirect-uri nowhere",
        "clients add --id spa",
    ],
)
def test_a_refused_input_makes_no_database(tmp_path, monkeypatch, command: str) -> None:
    """What is refused changes nothing: the next command still says that there is no database."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert main([*command.split(), "--database", f"sqlite:///{tmp_path}/proofkey.db"]) == 2
    assert list(tmp_path.iterdir()) == []
