"""The algorithms of tokens that are signed (RFC 7518 3.1), and which family of keys each takes."""

from __future__ import annotations

from typing import Literal, TypeAlias

from proofkey.server.store.wrapped_key import KeyFamily

Algorithm: TypeAlias = Literal["RS256", "ES256"]

FAMILIES: dict[Algorithm, KeyFamily] = {"RS256": KeyFamily.SIGN_RS256, "ES256": KeyFamily.SIGN_ES256}
OF_FAMILY: dict[KeyFamily, Algorithm] = {family: algorithm for algorithm, family in FAMILIES.items()}
