"""Names the exact fault of a refused request: asks the doctor about what this server saw.

The judgement's own fault stands unless it is a vague one and the doctor proves what is behind it. The doctor is
imported at the first failure only; nothing of this runs for a login that works.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

import msgspec

from proofkey.core.errors import OAuthError
from proofkey.core.params import Params
from proofkey.core.records import ClientRecord, CodeFacts
from proofkey.core.redirect_uri import NearMiss
from proofkey.server.http import Request
from proofkey.server.settings import Settings

if TYPE_CHECKING:
    from proofkey.doctor.capture import Capture
    from proofkey.doctor.diagnosed import Diagnosed
    from proofkey.doctor.fault import Fault
    from proofkey.doctor.message import Message
    from proofkey.server.pages.views import CodeSample, FaultLink, FaultView

# Judgements that say that something does not fit, and leave open why.
_VAGUE = frozenset(
    {
        None,
        "challenge-wrong-transform",
        "code-is-other-value",
        "code-not-accepted",
        "grant-type-wrong",
        "redirect-uri-differs",
        "redirect-uri-missing",
        "token-content-type-wrong",
        "verifier-illegal-characters",
        "verifier-missing",
        "verifier-unrelated",
    }
)


class Refusal(msgspec.Struct, frozen=True):
    """A refused request and all that the server knows about it."""

    endpoint: str  # authorize, token, api
    request: Request
    params: Params
    fault: str | None  # what the judgement named
    error: OAuthError
    client: ClientRecord | None = None
    code: CodeFacts | None = None
    near_miss: NearMiss | None = None
    status: int | None = None  # of the answer, where it is not the error's


class Diagnosis(msgspec.Struct, frozen=True):
    """A fault in words; nothing secret in it."""

    fault: str
    title: str
    explanation: str
    fix: str
    url: str
    evidence: tuple[tuple[str, str], ...] = ()  # where, what

    def details(self) -> list[tuple[str, str]]:
        """Give it as journal details."""
        return [
            ("title", self.title),
            ("explanation", self.explanation),
            ("fix", self.fix),
            ("url", self.url),
            *((f"evidence {where}", what) for where, what in self.evidence),
        ]


def explain(settings: Settings, refusal: Refusal) -> Diagnosis | None:
    """Diagnose a refusal; None where no fault has a name for it."""
    from proofkey.doctor import catalogue, redact
    from proofkey.doctor.diagnose import diagnose

    result = diagnose(_capture(settings, refusal))
    cleaner = redact.redactor_of(result.capture, result.logins)
    slug = refusal.fault
    found = next((each for each in result.findings if each.fault.slug == slug), None)
    if slug in _VAGUE and result.findings and _is_sure_enough(result.findings[0], slug):
        found = result.findings[0]
        slug = found.fault.slug
    if slug is None or slug not in catalogue.stages():
        return None
    fault = catalogue.find(slug)
    known = _what_the_server_knows(refusal, slug, settings)
    return Diagnosis(
        fault=slug,
        title=fault.title,
        explanation=cleaner.clean(known or (found.finding.explanation if found else fault.meaning)),
        fix=cleaner.clean((found.finding.fix if found else "") or fault.fix),
        url=fault_url(settings, slug),
        evidence=tuple(
            (cleaner.clean(each.where), cleaner.clean(each.what)) for each in (found.finding.evidence if found else ())
        ),
    )


def fault_url(settings: Settings, slug: str) -> str:
    """Give the address of a fault's page at this server."""
    return f"{settings.issuer}/faults/{slug}"


def fault_links() -> list[FaultLink]:
    """List every fault of the catalogue."""
    from proofkey.doctor import catalogue
    from proofkey.server.pages.views import FaultLink

    return [FaultLink(fault.slug, fault.title, fault.stage) for fault in catalogue.faults()]


def fault_view(slug: str) -> FaultView | None:
    """Give what a fault's page shows; None for an unknown name."""
    from proofkey.doctor import catalogue
    from proofkey.server.pages.views import FaultLink, FaultView

    if slug not in catalogue.stages():
        return None
    fault = catalogue.find(slug)
    return FaultView(
        slug=slug,
        title=fault.title,
        stage=fault.stage,
        blame=fault.blame,
        happened=fault.meaning,
        refused_because="",
        fix=fault.fix,
        samples=_samples(fault),
        tempting_wrong_fix=fault.wrong_fix,
        references=fault.spec,
        bad=fault.bad,
        good=fault.good,
        related=tuple(
            FaultLink(other, catalogue.find(other).title) for other in fault.explains if other in catalogue.stages()
        ),
    )


def _samples(fault: Fault) -> tuple[CodeSample, ...]:
    from proofkey.server.pages.views import CodeSample

    samples = (CodeSample("JavaScript", fault.example_js), CodeSample("Python", fault.example_py))
    return tuple(sample for sample in samples if sample.code)


def _is_sure_enough(diagnosed: Diagnosed, slug: str | None) -> bool:
    """Ask for proof, save of a malformed challenge: it is refused before there is a verifier to prove it with."""
    from proofkey.doctor.fault import LIKELY, PROVEN

    return diagnosed.finding.certainty >= (LIKELY if slug == "challenge-wrong-transform" else PROVEN)


def _what_the_server_knows(refusal: Refusal, slug: str, settings: Settings) -> str | None:
    """Say what no capture could show: times, registrations, the code's own record."""
    code, client = refusal.code, refusal.client
    if slug == "code-expired" and code is not None:
        age = refusal.request.arrived_at - code.issued_at
        return f"The code was issued {age:.0f} s before this request; its lifetime is {settings.lifetimes.code} s."
    if slug == "code-redeemed-twice" and code is not None:
        return "This code was redeemed before. The second use ended the grant: the tokens of the first are dead, too."
    if slug == "code-of-other-client" and code is not None and client is not None:
        return f"The code was issued to the client {code.client_id}; {client.client_id} tried to redeem it."
    if slug == "redirect-uri-not-registered" and refusal.near_miss is not None:
        near = refusal.near_miss
        return (
            f"The redirect_uri is none of the registered ones. The closest is {near.registered}; "
            f"the first character that differs is number {near.at + 1}."
        )
    return None


def _capture(settings: Settings, refusal: Refusal) -> Capture:
    from proofkey.doctor.capture import Capture

    if refusal.endpoint == "authorize":
        return Capture(messages=[_authorize_message(settings, refusal)])
    messages = [_token_message(settings, refusal)]
    if refusal.code is not None:
        messages.insert(0, _reconstructed(settings, refusal, refusal.code))
    return Capture(messages=messages)


def _authorize_message(settings: Settings, refusal: Refusal) -> Message:
    from proofkey.doctor.message import Message

    request = refusal.request
    return Message(
        number=1,
        where="authorization request",
        url=f"{settings.issuer}{request.path}?{_text(request.raw_query or request.body)}",
        request_headers=_headers(request),
        body="",
        status=302,
        response_headers=(),
        started=request.arrived_at,
        redirect_target=f"?error={refusal.error.error}",
    )


def _reconstructed(settings: Settings, refusal: Refusal, code: CodeFacts) -> Message:
    """Write the authorization request anew from what its code says."""
    from proofkey.doctor.message import Message

    pairs = [("response_type", "code"), ("client_id", code.client_id)]
    if code.redirect_uri_was_sent:
        pairs.append(("redirect_uri", code.redirect_uri))
    if code.challenge_digest is not None:
        challenge = urlsafe_b64encode(code.challenge_digest).decode("ascii").rstrip("=")
        pairs += [("code_challenge", challenge), ("code_challenge_method", "S256")]
    state = ("state", "kept")  # the code does not carry it; it says nothing here
    answer = Params([("code", refusal.params.get("code") or ""), state]).encode()
    target = f"{code.redirect_uri}{'&' if '?' in code.redirect_uri else '?'}{answer}"
    return Message(
        number=1,
        where="authorization request",
        url=f"{settings.issuer}/oauth/authorize?{Params([*pairs, state]).encode()}",
        body="",
        status=302,
        response_headers=(("location", target),),
        started=code.issued_at,
        redirect_target=target,
    )


def _token_message(settings: Settings, refusal: Refusal) -> Message:
    from proofkey.doctor.message import Message

    request, error = refusal.request, refusal.error
    query = f"?{_text(request.raw_query)}" if request.raw_query else ""
    return Message(
        number=2,
        where="token request",
        method=request.method,
        url=f"{settings.issuer}{request.path}{query}",
        request_headers=_headers(request),
        body=_text(request.body),
        status=error.status,
        response_headers=(("content-type", "application/json"), ("access-control-allow-origin", "*")),
        response_body=json.dumps({"error": error.error, "error_description": error.description}),
        started=request.arrived_at,
    )


def _headers(request: Request) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name), _text(value)) for name, value in request.headers if name != b"cookie")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
