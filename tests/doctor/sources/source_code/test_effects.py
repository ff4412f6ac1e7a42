"""A React effect that redeems the code is named where nothing keeps it from running twice, and only there."""

from __future__ import annotations

import pytest

from proofkey.doctor.capture import join
from proofkey.doctor.diagnose import diagnose
from proofkey.doctor.fault import LIKELY, POSSIBLE, Certainty
from proofkey.doctor.reports import html, json, text
from proofkey.doctor.reports.opening import NEEDED
from proofkey.doctor.sources import read
from proofkey.doctor.sources.source_code import PARTS

HEAD = "import { useEffect, useRef, useState } from 'react';\n"
REDEEM = """async function redeem(code) {
  const answer = await fetch('https://login.mypurecloud.ie/oauth/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: window.location.origin + '/cb',
      client_id: import.meta.env.VITE_CLIENT_ID, code_verifier: sessionStorage.getItem('verifier') }),
  });
  return answer.json();
}
"""
STATE = "    if (params.get('state') !== sessionStorage.getItem('state')) return;\n"
STRICT = "\ncreateRoot(document.getElementById('root')).render(<StrictMode><Callback /></StrictMode>);\n"


def component(
    *, module: str = "", inside: str = "", before: str = "", call: str = "redeem(code)", after: str = ""
) -> str:
    """Write a callback page whose effect redeems the code."""
    return (
        f"{HEAD}{module}{REDEEM}export function Callback() {{\n  const [user, setUser] = useState(null);\n{inside}"
        "  useEffect(() => {\n    const params = new URLSearchParams(window.location.search);\n"
        f"    const code = params.get('code');\n    if (!code) return;\n{STATE}{before}"
        f"    {call}.then(setUser);\n{after}  }}, []);\n  return <p>Logging in</p>;\n}}\n"
    )


def findings(code: str, name: str = "Callback.tsx") -> list[tuple[str, Certainty]]:
    """Name what is found in a file."""
    return [(each.fault.slug, each.finding.certainty) for each in diagnose(read(name, code.encode())).findings]


UNGUARDED = {
    "as it is taught": component(),
    "the result is ignored, not the request": component(
        before="    let ignore = false;\n",
        call="redeem(code).then((found) => { if (!ignore) return found; })",
        after="    return () => { ignore = true; };\n",
    ),
    "the URL is cleaned afterwards": component(
        call="redeem(code).then((found) => { window.history.replaceState({}, '', '/'); return found; })"
    ),
    "an inner async function": component(call="(async () => { return await redeem(code); })()"),
    "behind a promise": component(call="Promise.resolve(code).then((each) => redeem(each))"),
    "a named function": component(
        inside="  const handle = async (code) => { return redeem(code); };\n", call="handle(code)"
    ),
    "a function that a hook keeps": component(
        inside="  const handle = useCallback(async (code) => redeem(code), []);\n", call="handle(code)"
    ),
    "a state is no guard": component(
        inside="  const [done, setDone] = useState(false);\n", before="    if (done) return;\n    setDone(true);\n"
    ),
}
GUARDED = {
    "a ref": component(
        inside="  const ran = useRef(false);\n", before="    if (ran.current) return;\n    ran.current = true;\n"
    ),
    "a ref, negated": component(
        inside="  const ran = useRef(false);\n", call="if (!ran.current) { ran.current = true; } redeem(code)"
    ),
    "a variable of the module": component(
        module="let started = false;\n", before="    if (started) return;\n    started = true;\n"
    ),
    "a promise of the module": component(module="let redeeming;\n", call="(redeeming ??= redeem(code))"),
    "a promise by code": component(
        module="const pending = new Map();\n",
        before="    if (!pending.has(code)) pending.set(code, redeem(code));\n",
        call="pending.get(code)",
    ),
    "an abort": component(
        before="    const control = new AbortController();\n", after="    return () => control.abort();\n"
    ),
    "a timer that is taken back": component(
        call="const timer = setTimeout(() => redeem(code), 0); Promise.resolve()",
        after="    return () => clearTimeout(timer);\n",
    ),
    "the URL is cleaned first": component(
        before="    window.history.replaceState({}, '', window.location.pathname);\n"
    ),
    "the router cleans it": component(
        inside="  const [, setSearchParams] = useSearchParams();\n",
        before="    setSearchParams({}, { replace: true });\n",
    ),
    "the verifier is taken away": component(before="    sessionStorage.removeItem('verifier');\n"),
    "a mark in the storage": component(
        before="    if (sessionStorage.getItem('done') === code) return;\n    sessionStorage.setItem('done', code);\n"
    ),
    "a listener": component(
        call="window.addEventListener('message', (event) => redeem(event.data.code)); Promise.resolve()"
    ),
}


@pytest.mark.parametrize("name", UNGUARDED)
def test_an_effect_without_a_guard_is_named(name: str) -> None:
    """Possible by itself, likely where the same code turns StrictMode on."""
    assert findings(UNGUARDED[name]) == [("code-redeemed-twice", POSSIBLE)]
    assert findings(UNGUARDED[name] + STRICT) == [("code-redeemed-twice", LIKELY)]


@pytest.mark.parametrize("name", GUARDED)
def test_a_guard_is_seen(name: str) -> None:
    """A ref, a module's variable, an abort, a mark, or a code that is gone before the request."""
    assert findings(GUARDED[name] + STRICT) == []


def test_strict_mode_of_another_block_or_file_counts() -> None:
    """It is turned on in main.tsx, or told in a sentence; turned off it is no reason."""
    question = f"My callback:\n\n```tsx\n{component()}```\n\n"
    said = {
        "main.tsx:\n\n```tsx\nroot.render(<React.StrictMode><App /></React.StrictMode>)\n```\n": LIKELY,
        "StrictMode is on as in the template.\n": LIKELY,
        "I disabled StrictMode already.\n": POSSIBLE,
        "We build with Vite.\n": POSSIBLE,
    }
    for more, certainty in said.items():
        assert findings(question + more, "") == [("code-redeemed-twice", certainty)]
    files = (read("main.tsx", STRICT.encode()), read("Callback.tsx", component().encode()))
    assert [each.finding.certainty for each in diagnose(join(files)).findings] == [LIKELY]


def test_a_breaking_mistake_comes_first() -> None:
    """What fails in every run is the cause before what fails in the second."""
    code = component().replace("new URLSearchParams({ grant_type", "JSON.stringify({ grant_type")
    assert [slug for slug, _ in findings(code + STRICT)] == ["token-body-json-as-form", "code-redeemed-twice"]


def test_the_finding_says_line_and_reason() -> None:
    """The evidence is the line of the request, the words name the effect's line and StrictMode."""
    diagnosis = diagnose(read("Callback.tsx", (component() + STRICT).encode()))
    (only,) = diagnosis.findings
    assert only.finding.evidence[0].where == "Callback.tsx, line 3"
    assert "The effect in line 13" in only.finding.explanation
    assert "StrictMode" in only.finding.explanation
    assert "module level" in only.fault.example_js


def test_code_without_a_mistake_is_told_so() -> None:
    """No login is missing from a source file: it says what was looked for, and how to go on."""
    diagnosis = diagnose(read("Callback.tsx", GUARDED["a ref"].encode()))
    report = text.write(diagnosis)
    plain = " ".join(report.split())
    assert "NONE OF THE KNOWN MISTAKES IS IN THIS CODE" in plain
    assert "the address, the fields and the body of the token request" in plain
    assert "whether an effect redeems the code twice" in plain
    assert "Not in it: how the verifier and the challenge are made; the parameters of the authorization" in plain
    assert "HAR file" in plain
    assert "proofkey watch --upstream" in plain
    assert "No login" not in plain
    assert "Not judged" not in plain
    assert "None of the known mistakes is in this code" in html.write(diagnosis)


def test_the_needed_parts_have_one_wording() -> None:
    """The report compares words; they are those of the reader of code."""
    assert set(NEEDED) < set(PARTS)


def test_the_contract_holds_for_code_without_a_mistake() -> None:
    """The verdict of readable input without an exchange stays undecided, with no findings."""
    report = json.write(diagnose(read("Callback.tsx", GUARDED["a ref"].encode())))
    assert report["verdict"] == "undecided"
    assert report["findings"] == []


def test_code_of_something_else_is_no_login() -> None:
    """A file that has nothing of a login is not praised."""
    report = text.write(diagnose(read("sum.js", b"export const sum = (a, b) => a + b;\n")))
    assert "NO LOGIN TO BE SEEN" in report
