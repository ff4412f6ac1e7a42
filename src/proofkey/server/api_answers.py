"""Errors of the API under /api/v2, in the shape Genesys Cloud's SDKs declare (ErrorBody)."""

from __future__ import annotations

from proofkey.server.bearer import NoBearer
from proofkey.server.http import NO_STORE, Answer, Request, json_answer


def api_error(
    request: Request, status: int, code: str, message: str, headers: tuple[tuple[str, str], ...] = ()
) -> Answer:
    """Answer with an ErrorBody; `contextId` is the request id."""
    body = {
        "message": message,
        "code": code,
        "status": status,
        "contextId": request.id,
        "details": [],
        "errors": [],
    }
    return json_answer(body, status, (*NO_STORE, *headers))


def unauthorized(request: Request, why: NoBearer) -> Answer:
    """Answer 401, or 400, with the challenge of RFC 6750 3; no error code where no token was sent (3.1)."""
    challenge = "Bearer" if why.error is None else f'Bearer error="{why.error}"'
    return api_error(request, why.status, why.code, why.message, (("www-authenticate", challenge),))
