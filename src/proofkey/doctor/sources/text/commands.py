"""Mistakes that a command shows by the way it is written, and what a command in a reply would get wrong."""

from __future__ import annotations

from proofkey.doctor.sources.source_code import Observation
from proofkey.doctor.sources.text.segments import Segment
from proofkey.doctor.sources.text.shell_words import CURLY_QUOTES


def facts_of_command(segment: Segment) -> list[Observation]:
    """Name what the shell does to this command before it runs."""
    command = segment.command
    if segment.kind != "command" or command is None:
        return []
    if command.cut:
        names = ", ".join(part.partition("=")[0] for part in command.cut.split("&")[:8])
        return [
            Observation(
                "shell-mangled-parameters",
                segment.line,
                f"An unquoted & ends the command for the shell. Lost with what stands behind it: {names}.",
            )
        ]
    if command.kept:
        names = ", ".join(f"${name}" for name in dict.fromkeys(command.kept[:8]))
        return [
            Observation(
                "shell-mangled-parameters",
                segment.line,
                f"In single quotes the shell replaces no variable: the server got the text {names}, not the value.",
                fix="Put these parameters into double quotes.",
            )
        ]
    if any(mark in word for word in command.words for mark in CURLY_QUOTES):
        return [
            Observation(
                "shell-mangled-parameters",
                segment.line,
                "The command is quoted with typographic quotation marks, which no shell takes for quotes.",
            )
        ]
    single = any("=" in word and word.startswith("'") for word in command.words)
    if command.shell == "cmd" and single:
        return [
            Observation(
                "shell-mangled-parameters",
                segment.line,
                "cmd.exe does not know single quotes; they become part of the values.",
            )
        ]
    return []


def facts_of_advice(segment: Segment) -> list[Observation]:
    """Name what the request of a recommended command lacks."""
    draft = segment.draft
    if segment.kind not in ("command", "request") or draft is None or draft.method != "POST":
        return []
    parameters = draft.parameters()
    found: list[Observation] = []
    if parameters.get("grant_type") == "authorization_code":
        if "client_id" not in parameters and draft.header("authorization") is None:
            found.append(Observation("client-id-missing", draft.line, "The recommended request carries no client_id."))
        if "redirect_uri" not in parameters:
            found.append(
                Observation("redirect-uri-missing", draft.line, "The recommended request carries no redirect_uri.")
            )
    return found
