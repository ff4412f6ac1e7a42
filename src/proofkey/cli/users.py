"""`proofkey users`: the people of the built-in accounts store."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from proofkey.cli.passwords import read_password
from proofkey.core.errors import Misuse
from proofkey.core.records import User

if TYPE_CHECKING:
    from proofkey.server.store.protocol import Store

MAX_NAME = 256


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command's arguments."""
    from proofkey.cli.installation import add_database

    parser = subparsers.add_parser("users", help="Add, list and remove people who may log in")
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    adding = actions.add_parser(
        "add",
        help="add a person; asks for the password",
        description="Add a person who may log in. The password is asked for, twice and without echo: at least 8 "
        "characters, better 15 and more.",
    )
    adding.add_argument("name", metavar="NAME", help="the user name; also the claim name, unless --claim sets it")
    adding.add_argument("--email", metavar="E", help="the e-mail address")
    adding.add_argument(
        "--claim", metavar="K=V", action="append", default=[], help="a claim such as given_name=Ada (repeats)"
    )
    adding.add_argument("--admin", action="store_true", help="may use the admin pages and the client API")
    passwd = actions.add_parser("passwd", help="set a new password; ends the person's sessions and grants")
    passwd.add_argument("name", metavar="NAME", help="whose password")
    for action in (adding, passwd):
        action.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input: one line of a pipe; a weak one is taken with a warning",
        )
    removing = actions.add_parser(
        "remove",
        help="remove a person; ends sessions and grants",
    )
    removing.add_argument("name", metavar="NAME", help="who goes")
    ending = actions.add_parser("logout", help="log a person out everywhere: ends all sessions and grants")
    ending.add_argument("name", metavar="NAME", help="who is logged out")
    listing = actions.add_parser(
        "list",
        help="list everybody",
        description="List everybody: the user name, whether admin or disabled, and the e-mail address.",
    )
    add_database(parser, adding, passwd, removing, ending, listing)


def run(args: argparse.Namespace) -> int:
    """Carry the action out."""
    from proofkey.cli.installation import with_store

    if args.action == "add":
        user = _described(args)  # first: what is refused makes no database
        return with_store(args, lambda store: _add(store, user))
    actions = {"passwd": _passwd, "remove": _remove, "logout": _log_out, "list": _list}
    action = actions[args.action]
    return with_store(args, lambda store: action(store, args), may_make_it=False)


def _described(args: argparse.Namespace) -> User:
    if not 0 < len(args.name) <= MAX_NAME or not args.name.isprintable():
        raise Misuse(f"a user name has 1 to {MAX_NAME} printable characters")
    return User(
        subject=secrets.token_hex(16),
        username=args.name,
        claims=tuple(_claim(text) for text in args.claim),
        password_hash=_password_hash(args),
        email=args.email,
        admin=args.admin,
        created_at=int(time.time()),
    )


async def _add(store: Store, user: User) -> int:
    if await store.user_named(user.username) is not None:
        raise Misuse(f"there is a user {user.username} already; `users passwd` sets a new password")
    await store.put_user(user)
    print(f"Added {user.username}.")
    return 0


async def _passwd(store: Store, args: argparse.Namespace) -> int:
    user = await _known(store, args.name)
    await store.put_user(replace(user, password_hash=_password_hash(args)))
    await _end_everything(store, user, "password-changed")
    print(f"The password of {args.name} is new; all sessions and grants have ended.")
    return 0


async def _log_out(store: Store, args: argparse.Namespace) -> int:
    await _end_everything(store, await _known(store, args.name), "logged-out-everywhere")
    print(f"{args.name} is logged out everywhere.")
    return 0


async def _end_everything(store: Store, user: User, reason: str) -> None:
    from proofkey.server.store.log_outs import end_everything

    await end_everything(store, user.subject, clock=time.time, reason=reason)


async def _remove(store: Store, args: argparse.Namespace) -> int:
    user = await _known(store, args.name)
    await store.remove_user(user.subject, now=time.time())
    print(f"Removed {args.name}.")
    return 0


async def _list(store: Store, args: argparse.Namespace) -> int:
    users = await store.users()
    if not users:
        print("there are no users yet: proofkey users add NAME", file=sys.stderr)
    for user in users:
        marks = " (admin)" if user.admin else ""
        print(f"{user.username}{marks}{' disabled' if user.disabled else ''}  {user.email or ''}".rstrip())
    return 0


async def _known(store: Store, name: str) -> User:
    user = await store.user_named(name)
    if user is None:
        raise Misuse(f"there is no user {name}; proofkey users list shows all")
    return user


def _claim(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise Misuse(f"a claim is written NAME=VALUE, not {text!r}")
    return name, value


def _password_hash(args: argparse.Namespace) -> str:
    from proofkey.server.accounts import hash_password
    from proofkey.server.password_rule import ADVISED, unfit

    password = read_password(from_stdin=args.password_stdin)
    weakness = unfit(password, args.name)
    if weakness is not None and not args.password_stdin:
        raise Misuse(weakness)
    try:
        made = hash_password(password)
    except UnicodeError:
        raise Misuse("the password has characters that are no Unicode") from None
    except ValueError as error:
        raise Misuse(str(error)) from None
    if weakness is not None:  # a program chose it, and may make people for a test: it is told
        print(f"WEAK PASSWORD taken from standard input: {weakness}.", file=sys.stderr)
    elif len(password) < ADVISED:
        print(f"Passwords of {ADVISED} characters and more are better, such as a few words.", file=sys.stderr)
    return made
