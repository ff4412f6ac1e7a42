"""The file that tells the generator what to send: one login per line (bench/generator/plan.h reads it)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Login:
    """One login as it goes over the wire; state, code and verifier are added by the generator."""

    target: str  # path and query of the authorization request
    cookie: str
    redirect_uri: str
    form: str  # of the token request
    verifier: str
    authorization: str = ""  # header of the token request
    use: str = ""  # form with which the token is introspected; without it the token is a bearer token

    def line(self) -> str:
        """Write the line. Raises ValueError for what would break it."""
        fields = (
            self.target, self.cookie, self.redirect_uri, self.form, self.verifier, self.authorization, self.use,
        )  # fmt: skip
        if any("\t" in field or "\n" in field or "\r" in field for field in fields):
            raise ValueError("a field of the plan holds a tab or a line end")
        return "\t".join(field or "-" for field in fields) + "\n"


def write_plan(path: Path, logins: Iterable[Login]) -> Path:
    """Write the plan and give its path back."""
    path.write_text("".join(login.line() for login in logins), encoding="ascii")
    return path
