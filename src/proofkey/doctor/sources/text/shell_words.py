"""Cut a command line into words as bash, cmd.exe or PowerShell would, and say where the shell would have ended it.

Nothing is run. `cut` is what an unquoted `&` took away from the command: the reason why the body ends there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Shell: TypeAlias = Literal["bash", "cmd", "powershell"]

MAX_COMMAND = 20_000  # characters; a pasted token request has one or two thousand

_ANSI_C = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"', "?": "?", "a": "\a", "b": "\b", "0": "\0"}
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_CLOSING = re.compile(r'(?:[^"\\]|\\.)*"', re.DOTALL)  # up to the quotation mark that closes a bash string
_OPTION_LINE = re.compile(r"[ \t]*\n[ \t]*(?=-[-A-Za-z])")
CURLY_QUOTES = "“”‘’„‟"


@dataclass(slots=True)
class Command:
    """The words of one command; `end` is the offset behind it."""

    words: list[str] = field(default_factory=list)
    end: int = 0
    shell: Shell = "bash"
    cut: str = ""  # what an unquoted `&` cut off, up to the end of the line
    unclosed: bool = False  # a quotation mark is never closed
    kept: list[str] = field(default_factory=list)  # variables in single quotes, which bash does not replace


def shell_of(text: str, start: int) -> Shell:
    """Tell by its line ends and quotes for which shell the command at `start` was written."""
    line_start = text.rfind("\n", 0, start) + 1
    prompt = text[line_start:start]
    head = text[start : start + 8_000].split("\n\n")[0]
    if re.search(r"\^[ \t]*\n|\^\"", head):
        return "cmd"
    if re.search(r"`[ \t]*\n", head) or re.search(r"PS [^\n]{0,100}>", prompt):
        return "powershell"
    return "cmd" if re.search(r"[A-Za-z]:\\[^\n]{0,100}>", prompt) else "bash"


def read_command(text: str, start: int, variables: dict[str, str] | None = None) -> Command:
    """Read the command that begins at `start`, in the shell that its spelling points to.

    `variables` are shell variables that the text assigned before; unknown ones stay as they are written.
    """
    shell = shell_of(text, start)
    window = text[start : start + MAX_COMMAND]
    if shell == "cmd":
        command = _read_cmd(window)
    elif shell == "powershell":
        command = _read_powershell(window, variables or {})
    else:
        command = _read_bash(window, variables or {})
    command.end += start
    command.shell = shell
    return command


def expand(text: str, variables: dict[str, str]) -> str:
    """Put in the variables whose values the text gave."""
    return _VARIABLE.sub(lambda match: variables.get(match.group(1) or match.group(2), match.group()), text)


def _read_bash(text: str, variables: dict[str, str]) -> Command:
    command = Command()
    word: list[str] | None = None
    position = 0
    length = len(text)
    while position < length:
        character = text[position]
        if character == "\\" and position + 1 < length:
            if text[position + 1] == "\n":
                position += 2
                continue
            word = _put(word, text[position + 1])
            position += 2
        elif character in "'\"" or text.startswith("$'", position):
            value, after, closed = _bash_quoted(text, position, variables)
            if character == "'":
                command.kept += [
                    name for match in _VARIABLE.finditer(value) if (name := match[1] or match[2]) in variables
                ]
            word, position = _put(word, value), after
            command.unclosed |= not closed
        elif character == "$" and text.startswith("$(", position):
            close = text.find(")", position)
            stop = length if close < 0 else close + 1
            word = _put(word, text[position:stop])
            position = stop
        elif character in " \t":
            word = _finish(command, word)
            position += 1
        elif character == "\n":
            option = _OPTION_LINE.match(text, position)
            if not option:
                break
            word = _finish(command, word)  # a backslash was lost where the command was pasted
            position = option.end()
        elif character == "&":
            command.cut = _cut_off(text, position)
            position = _end_of_line(text, position)
            break
        elif character in ";|" or (character in "<>" and word is None):
            position = _end_of_line(text, position)
            break
        elif character == "$" and (variable := _VARIABLE.match(text, position)):
            word = _put(word, expand(variable.group(), variables))
            position = variable.end()
        elif character == "#" and word is None:
            position = _end_of_line(text, position)
            break
        else:
            word = _put(word, character)
            position += 1
    _finish(command, word)
    command.end = position
    return command


def _bash_quoted(text: str, position: int, variables: dict[str, str]) -> tuple[str, int, bool]:
    if text.startswith("$'", position):
        return _ansi_c_quoted(text, position + 2)
    start = position + 1
    # A quote that is closed only behind a blank line was never closed; what closes it there is an apostrophe.
    limit = _end_of_paragraph(text, start)
    if text[position] == "'":
        close = text.find("'", start, limit)
        stop = close if close >= 0 else limit
        return text[start:stop], stop + (close >= 0), close >= 0
    closing = _CLOSING.match(text, start, limit)
    stop = closing.end() - 1 if closing else limit
    out: list[str] = []
    position = start
    while position < stop:
        character = text[position]
        if character == "\\" and text[position + 1 : position + 2] in ('"', "\\", "$", "`", "\n"):
            if text[position + 1] != "\n":
                out.append(text[position + 1])
            position += 2
        elif character == "$" and (variable := _VARIABLE.match(text, position)):
            out.append(expand(variable.group(), variables))
            position = variable.end()
        else:
            out.append(character)
            position += 1
    return "".join(out), stop + (closing is not None), closing is not None


def _ansi_c_quoted(text: str, position: int) -> tuple[str, int, bool]:
    out: list[str] = []
    while position < len(text):
        character = text[position]
        if character == "'":
            return "".join(out), position + 1, True
        if character == "\\" and position + 1 < len(text):
            number = re.compile(r"x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})").match(text, position + 1)
            if number:
                out.append(chr(int(number.group(1) or number.group(2), 16)))
                position = number.end()
            else:
                out.append(_ANSI_C.get(text[position + 1], text[position + 1]))
                position += 2
        else:
            out.append(character)
            position += 1
    return "".join(out), position, False


def _read_cmd(text: str) -> Command:
    """Undo the carets as cmd.exe does, then cut into words as the C runtime of the called program does."""
    plain: list[str] = []
    command = Command()
    position = 0
    quoted = False
    while position < len(text):
        character = text[position]
        if character == "^" and not quoted:
            after = text[position + 1 : position + 2]
            if after in ("\n", ""):
                position += 2
                if text[position : position + 1] == "\n":  # an escaped line break: it belongs to the value
                    plain.append("\n")
                    position += 1
                continue
            plain.append(after)
            position += 2
        elif character == '"':
            quoted = not quoted
            plain.append(character)
            position += 1
        elif character == "\n":
            if not quoted and not _OPTION_LINE.match(text, position):
                break
            if quoted and text.find('"', position) < 0:
                command.unclosed = True
                break
            plain.append(" " if not quoted else "\n")
            position += 1
        elif character in "&|" and not quoted:
            command.cut = _cut_off(text, position) if character == "&" else ""
            position = _end_of_line(text, position)
            break
        else:
            plain.append(character)
            position += 1
    command.end = position
    command.words = _runtime_words("".join(plain))
    return command


def _runtime_words(text: str) -> list[str]:
    words: list[str] = []
    word: list[str] | None = None
    quoted = False
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\" and text[position + 1 : position + 2] == '"':
            word = _put(word, '"')
            position += 2
            continue
        if character == '"':
            if quoted and text[position + 1 : position + 2] == '"':
                word = _put(word, '"')
                position += 2
                continue
            quoted = not quoted
            word = _put(word, "")
        elif character in " \t\n" and not quoted:
            if word is not None:
                words.append("".join(word))
            word = None
        else:
            word = _put(word, character)
        position += 1
    if word is not None:
        words.append("".join(word))
    return words


def _read_powershell(text: str, variables: dict[str, str]) -> Command:
    command = Command()
    word: list[str] | None = None
    position = 0
    while position < len(text):
        character = text[position]
        if character == "`":
            if re.compile(r"`[ \t]*\n").match(text, position):
                position = text.index("\n", position) + 1
                word = _finish(command, word)
            else:
                word = _put(word, text[position + 1 : position + 2])
                position += 2
        elif character in "'\"":
            value, position, closed = powershell_string(text, position, variables)
            word = _put(word, value)
            command.unclosed |= not closed
        elif character in " \t":
            word = _finish(command, word)
            position += 1
        elif character == "\n":
            if not _OPTION_LINE.match(text, position):
                break
            word = _finish(command, word)
            position += 1
        elif character == "&":
            command.cut = _cut_off(text, position)
            position = _end_of_line(text, position)
            break
        elif character in "|;":
            position = _end_of_line(text, position)
            break
        else:
            word = _put(word, character)
            position += 1
    _finish(command, word)
    command.end = position
    return command


def powershell_string(text: str, position: int, variables: dict[str, str]) -> tuple[str, int, bool]:
    """Read the PowerShell string at `position`; give its value, the offset behind it, and whether it is closed."""
    quote = text[position]
    position += 1
    out: list[str] = []
    while position < len(text):
        character = text[position]
        if character == quote:
            if text[position + 1 : position + 2] != quote:
                return "".join(out), position + 1, True
            out.append(quote)
            position += 2
        elif character == "`" and quote == '"':
            escaped = text[position + 1 : position + 2]
            out.append({"n": "\n", "r": "\r", "t": "\t", "0": "\0"}.get(escaped, escaped))
            position += 2
        elif character == "$" and quote == '"' and (variable := _VARIABLE.match(text, position)):
            out.append(expand(variable.group(), variables))
            position = variable.end()
        else:
            out.append(character)
            position += 1
    return "".join(out), position, False


def _put(word: list[str] | None, text: str) -> list[str]:
    if word is None:
        return [text]
    word.append(text)
    return word


def _finish(command: Command, word: list[str] | None) -> list[str] | None:
    """Put a word to the command's; give the beginning of the next, which is none."""
    if word is not None:
        command.words.append("".join(word))
    return None


def _end_of_line(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _end_of_paragraph(text: str, position: int) -> int:
    end = text.find("\n\n", position)
    return len(text) if end < 0 else end


def _cut_off(text: str, position: int) -> str:
    """Give what follows an unquoted `&`, where it looks like the rest of a query or form, else nothing."""
    rest = text[position + 1 : _end_of_line(text, position)]
    return rest.strip() if re.match(r"[A-Za-z_]\w*=", rest) else ""
