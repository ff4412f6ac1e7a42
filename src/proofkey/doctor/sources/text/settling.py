"""Put together what a text told in several places, once all of it is read."""

from __future__ import annotations

from proofkey.doctor.message import Fragment
from proofkey.doctor.sources.draft import Draft
from proofkey.doctor.sources.text.raw_http import Answer
from proofkey.doctor.sources.text.reading import Reading, give


def settle(reading: Reading) -> None:
    """Join the halves of a request, and give the answers that stand apart to the requests that have none."""
    drafts = reading.drafts
    shown = [d.response_body or "" for d in drafts] + [a.body or "" for a in reading.unclaimed]
    if len(reading.spoken) == 1 and not any('"error"' in text for text in shown):
        # Who lists several errors explains them; who names one has it.
        reading.unclaimed += reading.spoken.values()
    whole = [d for d in drafts if d.method == "POST" and d.has_body]
    for draft in list(drafts):
        if draft.origin == "prose" and draft.method == "POST" and not draft.has_body and whole:
            target = next((d for d in whole if not d.answered), None) or whole[-1]
            if draft.answered and not target.answered:
                target.status, target.response_body = draft.status, draft.response_body
            target.url = target.url or draft.url
            drafts.remove(draft)
    for draft in drafts:
        if draft.method == "POST" and not draft.url:
            draft.url = reading.token_url or reading.token_path
    _claim(reading)


def _claim(reading: Reading) -> None:
    """Give the answers that came before their request, or stand apart from it, to the one request without an answer."""
    posts = [d for d in reading.drafts if d.method == "POST"]
    left: list[Answer] = []
    for answer in reading.unclaimed:
        target = next((d for d in posts if not d.answered), None)
        if target is None:
            target = next((d for d in posts if answer.body and _may_complete(d, answer)), None)
        if target is None and answer.status:
            target = next((d for d in posts if d.status is None and answer.body is None), None)
        if target is not None:
            give(target, answer)
        else:
            left.append(answer)
    told = {d.response_body for d in reading.drafts}
    for answer in left:
        if answer.body and answer.body not in told:
            reading.fragments.append((answer.line, Fragment("error", answer.body, "", 0)))
            told.add(answer.body)
    reading.unclaimed = []


def _may_complete(draft: Draft, answer: Answer) -> bool:
    """Tell whether a body may be that of an answer whose status alone is known."""
    if draft.response_body is not None:
        return False
    return answer.status is None or draft.status in (None, answer.status)
