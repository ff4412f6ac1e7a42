"""Sensitive actions are asked about on a page of their own; the password is asked for where the login is not fresh."""

from __future__ import annotations

from dataclasses import replace

from proofkey.server.endpoints.admin.visit import Visit
from proofkey.server.http import Answer
from proofkey.server.pages.admin_views import Question, Section
from proofkey.server.pages.wording import waiting_time
from proofkey.server.sign_in import attempt


async def ask(visit: Visit, section: Section, question: Question, *, answered: bool | None = None) -> Answer | None:
    """Give the page that asks, or None where this form is the answer: yes, and by the person herself.

    `answered`: whether it is, where another form may come first; every form is, otherwise.
    """
    answered = visit.is_form if answered is None else answered
    if visit.visitor.is_fresh(visit.now):
        return None if answered else visit.page("question", section, question=question)
    question = replace(question, needs_password=True)
    if not answered:
        return visit.page("question", section, question=question)
    username = visit.visitor.user.username
    tried = await attempt(visit.server, visit.request, username, visit.params.get("password") or "")
    if tried.user is not None and tried.user.subject == visit.visitor.user.subject:
        return None
    problem = f"Too many attempts. Try again in {waiting_time(tried.retry_after)}." if tried.retry_after else ""
    question = replace(question, problem=problem or "That is not your password.")
    return visit.page("question", section, status=429 if tried.retry_after else 403, question=question)
