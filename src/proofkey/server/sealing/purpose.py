"""What a sealed text may be for. A text sealed for one purpose never opens for another (decision 1)."""

from __future__ import annotations

from enum import StrEnum

from proofkey.server.store.wrapped_key import KeyFamily


class Purpose(StrEnum):
    """Each has its own subkey, and its name is part of what is authenticated."""

    CODE = "code"
    ACCESS = "access"
    REFRESH = "refresh"
    LOGIN = "login"  # an authorization request that waits for the login page or the consent page
    CSRF = "csrf"  # a form of the admin pages
    ADMIN_LOGIN = "admin-login"  # where a login for the admin pages comes back to
    REQUEST_URI = "request-uri"  # RFC 9126
    LOGOUT = "logout"


FAMILIES: dict[Purpose, KeyFamily] = {
    **dict.fromkeys(Purpose, KeyFamily.STATE),
    Purpose.CODE: KeyFamily.CODE_ACCESS,
    Purpose.ACCESS: KeyFamily.CODE_ACCESS,
    Purpose.REFRESH: KeyFamily.REFRESH,
}
