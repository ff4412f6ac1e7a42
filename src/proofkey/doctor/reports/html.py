"""The report as one page of HTML: no script, nothing loaded, every value of the capture escaped, capped and redacted.

The policy in its head holds the page to that, whoever opens it.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from proofkey import __version__
from proofkey.doctor import catalogue
from proofkey.doctor.diagnose import Diagnosis
from proofkey.doctor.diagnosed import Diagnosed
from proofkey.doctor.fault import LIKELY, Fault
from proofkey.doctor.login import Login
from proofkey.doctor.redact import Redactor, redactor_of
from proofkey.doctor.reports.drawing import draw_row
from proofkey.doctor.reports.exchange import MAX_ARROWS, Arrow, arrows_of
from proofkey.doctor.reports.opening import causes_of, opening_of
from proofkey.doctor.reports.unseen import in_words

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
MAX_TEXT = 2000  # characters of one value that are shown
MAX_EXCHANGES = 40
MAX_FINDINGS = 200

_KEY = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><circle cx="10.5" cy="16" r="6.5"/>'
    '<path d="M17 16h12M29 16v5M23.5 16v4"/><path d="M8 16.2l1.9 1.9 3.1-3.9" stroke-width="2.4"/></svg>'
)
_VERDICTS = {"fault": ("bad", "fault found"), "ok": ("good", "ok"), "undecided": ("open", "undecided")}
_BADGES = {"proven": "bad", "likely": "open", "possible": ""}
_NAMES = {"app": "App", "browser": "Browser", "server": "Server"}


def write(diagnosis: Diagnosis, *, before: str = "", after: str = "") -> str:
    """Give the report as a page without secrets; `before` and `after` are HTML around it."""
    return page("Report of the doctor", before + _Report(diagnosis).body() + after)


def page(title: str, body: str) -> str:
    """Put a body (HTML) between the head and the foot of the doctor's pages."""
    css = Path(__file__).with_name("report.css").read_text("utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="same-origin">\n'
        f"<title>{escape(title)} · proofkey</title>\n<style>\n{css}</style>\n</head>\n<body>\n"
        f'<header class="masthead"><p class="wordmark">{_KEY} proofkey <span class="aside">doctor</span></p></header>\n'
        f"<main>\n{body}\n</main>\n"
        f'<footer class="colophon"><p>proofkey {__version__}. Secrets of the capture are left out; equal fingerprints'
        " mean equal values. This page loads nothing and runs no script.</p></footer>\n</body>\n</html>\n"
    )


class _Report:
    """Writes one diagnosis."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        self.diagnosis = diagnosis
        self.clean: Redactor = redactor_of(diagnosis.capture, diagnosis.logins)

    def body(self) -> str:
        """Give the page's content."""
        return "\n".join([*self._opening(), *self._findings(), *self._right(), *self._exchanges(), *self._not_judged()])

    def show(self, text: str) -> str:
        """Write a text that may hold values of the capture: without secrets, no longer than a page bears, escaped."""
        cleaned = self.clean.clean(text[: 2 * MAX_TEXT])
        return escape(cleaned if len(cleaned) <= MAX_TEXT else f"{cleaned[:MAX_TEXT]}…")

    def _opening(self) -> Iterator[str]:
        diagnosis = self.diagnosis
        kind, word = _VERDICTS[diagnosis.verdict]
        title, lead = self._headline()
        sources = ", ".join(sorted(_sources(diagnosis)))
        about = f"<span>{self.show(sources)}</span>" if sources else ""
        count = len(diagnosis.logins)
        logins = f"<span>{count} {'login' if count == 1 else 'logins'}</span>"
        yield f'<p class="eyebrow"><span class="badge {kind}">{word}</span>{about}{logins}</p>'
        yield f"<h1>{title}</h1>"
        if lead:
            yield f'<p class="lead">{lead}</p>'

    def _headline(self) -> tuple[str, str]:
        diagnosis = self.diagnosis
        if diagnosis.unexplained:
            title, lead, _, following = causes_of(diagnosis)
            return escape(title), self.show(f"{lead.partition(';')[0]}. {following}")
        if diagnosis.findings:
            first = diagnosis.findings[0]
            return escape(first.fault.title), self.show(first.finding.explanation)
        title, paragraphs = opening_of(diagnosis)
        return escape(title), self.show(" ".join(paragraphs))

    def _findings(self) -> Iterator[str]:
        findings = self.diagnosis.findings
        if not findings:
            return
        yield f"<section><h2>{'What is wrong' if len(findings) == 1 else f'What is wrong ({len(findings)})'}</h2>"
        for each in findings[:MAX_FINDINGS]:
            yield self._finding(each)
        if len(findings) > MAX_FINDINGS:
            yield f"<p>{len(findings) - MAX_FINDINGS} more findings are in the report as JSON.</p>"
        yield "</section>"

    def _finding(self, each: Diagnosed) -> str:
        fault, finding = each.fault, each.finding
        word = finding.certainty.word
        about = f"<span>{escape(each.login.id)}</span>" if each.login is not None else ""
        evidence = "".join(
            f"<div><dt>{self.show(one.where)}</dt><dd>{self.show(one.what)}</dd></div>" for one in finding.evidence
        )
        page = catalogue.page_of(fault.slug)
        # The usual address is the demo's, on this machine: without it the link leads nowhere.
        running = " (while <code>proofkey demo</code> runs)" if page.startswith(catalogue.PAGES) else ""
        wrong_fix = f"<p>Not: {escape(fault.wrong_fix)}</p>" if fault.wrong_fix else ""
        return (
            f'<article class="card" id="{escape(fault.slug)}">'
            f'<p class="eyebrow"><span class="badge {_BADGES[word]}">{word}</span>{about}'
            f"<code>{escape(fault.slug)}</code></p>"
            f"<h3>{escape(fault.title)}</h3><p>{self.show(finding.explanation)}</p>"
            + (f'<dl class="evidence">{evidence}</dl>' if evidence else "")
            + f'<div class="fix"><p><strong>Fix:</strong> {self.show(finding.fix or fault.fix)}</p>{wrong_fix}</div>'
            + _examples(fault)
            + f"<details><summary>What it means</summary><p>{escape(fault.meaning)}</p></details>"
            f'<p class="lead">{escape("; ".join(fault.spec))} ·'
            f' <a href="{escape(page)}" rel="noreferrer">page of this fault</a>{running} ·'
            f" <code>proofkey explain {escape(fault.slug)}</code></p></article>"
        )

    def _right(self) -> Iterator[str]:
        if self.diagnosis.facts:
            facts = "".join(f"<li>{self.show(fact)}</li>" for fact in self.diagnosis.facts[:100])
            yield f'<section><h2>What is right</h2><ul class="plain">{facts}</ul></section>'

    def _exchanges(self) -> Iterator[str]:
        logins = self.diagnosis.logins
        if not logins:
            return
        guilty = {id(each.login) for each in self.diagnosis.findings}
        drawn = sorted(logins, key=lambda login: id(login) not in guilty)[:MAX_EXCHANGES]
        yield "<section><h2>What happened</h2>"
        for login in (each for each in logins if any(each is one for one in drawn)):
            yield self._exchange(login)
        if len(logins) > len(drawn):
            yield f"<p>{len(logins) - len(drawn)} more logins are not drawn.</p>"
        yield "</section>"

    def _exchange(self, login: Login) -> str:
        arrows = arrows_of(login, self.diagnosis.findings, self.clean)
        steps = "".join(self._step(arrow) for arrow in arrows[:MAX_ARROWS])
        more = f"<p>{len(arrows) - MAX_ARROWS} more steps are not drawn.</p>" if len(arrows) > MAX_ARROWS else ""
        lanes = "".join(f"<span>{name}</span>" for name in _NAMES.values())
        client = f" · client {self.show(login.client_id)}" if login.client_id else ""
        return (
            f'<article class="card"><h3>{escape(login.id)}{client}</h3><div class="sequence">'
            f'<div class="lanes" aria-hidden="true">{lanes}</div><ol>{steps}</ol></div>{more}</article>'
        )

    def _step(self, arrow: Arrow) -> str:
        wrong = bool(arrow.mistakes)
        sure = any(each.finding.certainty >= LIKELY for each in arrow.mistakes)
        badge = "the mistake is here" if sure else "perhaps here" if wrong else "refused" if arrow.refused else ""
        spoiled = {one.where for each in arrow.mistakes for one in each.finding.evidence}
        rows = "".join(
            f"<div{_spoiled(name, spoiled)}><dt>{self.show(name)}</dt><dd>{self.show(value)}</dd></div>"
            for name, value in arrow.lines
        )
        mistakes = "".join(
            f'<p class="mistake"><a href="#{escape(each.fault.slug)}">{escape(each.fault.title)}</a></p>'
            for each in arrow.mistakes
        )
        sent = f'<dl class="lines">{rows}</dl></details>'
        opened = "<details open>" if wrong else "<details>"
        return (
            '<li class="step"><div class="picture">'
            f"{draw_row(arrow.sender, arrow.receiver, wrong=wrong, refused=arrow.refused)}</div>"
            f'<div class="words"><p class="route">{_NAMES[arrow.sender]} to {_NAMES[arrow.receiver]}'
            + (f", {self.show(arrow.where)}" if arrow.where else "")
            + (f'<span class="badge bad">{badge}</span>' if badge else "")
            + f'</p><p class="title">{self.show(arrow.title)}</p>{mistakes}'
            + (f"{opened}<summary>What was sent</summary>{sent}" if rows else "")
            + "</div></li>"
        )

    def _not_judged(self) -> Iterator[str]:
        missing: dict[tuple[str, ...], list[str]] = {}
        for slug, paths in self.diagnosis.not_judged.items():
            missing.setdefault(tuple(paths), []).append(slug)
        if missing:
            rows = "".join(
                f"<div><dt>{self.show(_unseen(paths))}</dt>"
                f"<dd>{', '.join(f'<code>{escape(slug)}</code>' for slug in slugs)}</dd></div>"
                for paths, slugs in sorted(missing.items(), key=lambda item: -len(item[1]))
            )
            yield (
                f"<section><h2>What was not judged</h2><details><summary>{len(self.diagnosis.not_judged)} faults need"
                f' what the capture does not show</summary><dl class="evidence">{rows}</dl></details></section>'
            )
        if self.diagnosis.capture.damage:
            notes = "".join(f"<li>{self.show(note)}</li>" for note in self.diagnosis.capture.damage[:20])
            yield f'<section><h2>Notes on the input</h2><ul class="plain">{notes}</ul></section>'


def _sources(diagnosis: Diagnosis) -> set[str]:
    """Name the inputs in which a login was found, without their folders."""
    sources = {message.source for login in diagnosis.logins for message in login.messages if message.source}
    return {source.replace("\\", "/").rpartition("/")[2] for source in sources}


def _examples(fault: Fault) -> str:
    return "".join(
        f"<details><summary>In {name}</summary><pre><code>{escape(code.strip())}</code></pre></details>"
        for name, code in (("JavaScript", fault.example_js), ("Python", fault.example_py))
        if code
    )


def _spoiled(name: str, places: set[str]) -> str:
    return ' class="spoiled"' if any(place.endswith(f": {name}") for place in places) else ""


def _unseen(paths: tuple[str, ...]) -> str:
    return ", ".join(in_words(path) for path in paths) or "a check that failed; please report it"
