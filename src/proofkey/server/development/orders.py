"""What may be asked at the control address, as JSON: one structure per request. A name that is not here is refused."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=256)]
Uri = Annotated[str, Meta(min_length=1, max_length=2048)]
Some = Annotated[list[Uri], Meta(max_length=100)]
Grant = Literal["authorization_code", "refresh_token", "client_credentials"]


class Order(Struct, forbid_unknown_fields=True, frozen=True):
    """A request's body."""


class Fail(Order, forbid_unknown_fields=True, frozen=True):
    """Ask for a failure. `times`: requests; None: until it is undone."""

    name: Name
    times: int | None = None
    client_id: Name | None = None
    endpoint: Name | None = None
    options: dict[str, str | int | float | None] = {}


class Move(Order, forbid_unknown_fields=True, frozen=True):
    """Move the time; seconds are added to what was moved before, and may be negative."""

    seconds: Annotated[float, Meta(ge=-315_360_000, le=315_360_000)]


class Rotate(Order, forbid_unknown_fields=True, frozen=True):
    """New keys at once. `end_logins`: nothing made with the old ones is accepted any more."""

    end_logins: bool = False


class AddClient(Order, forbid_unknown_fields=True, frozen=True):
    """Register a client. Without an id it gets one; a confidential one without a secret gets one."""

    redirect_uris: Some = msgspec.field(default_factory=list)
    client_id: Name | None = None
    name: Name | None = None
    confidential: bool = False
    client_secret: Name | None = None
    auth_method: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"
    post_logout_redirect_uris: Some = msgspec.field(default_factory=list)
    scopes: Some = msgspec.field(default_factory=list)  # none: all but admin scopes
    grant_types: list[Grant] = msgspec.field(default_factory=lambda: ["authorization_code", "refresh_token"])
    trusted: bool = False
    require_pkce: bool = True
    access_token: Literal["opaque", "jwt"] = "opaque"
    access_token_lifetime: Annotated[int, Meta(ge=1, le=172_800)] | None = None  # seconds


class AddUser(Order, forbid_unknown_fields=True, frozen=True):
    """Add a person. Without a name or a password, both are made up."""

    username: Name | None = None
    password: Name | None = None
    email: Name | None = None
    claims: dict[Name, str] = {}
    admin: bool = False
