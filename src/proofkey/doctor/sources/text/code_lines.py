"""Tell lines of source code from lines of prose, and in which language they are written."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["javascript", "python", "shell", "other"]

_ENDS_LIKE_CODE = re.compile(r"[;{]\s*(?://.*|/\*.*)?$|[)\]}]\s*[,;]?\s*(?://.*)?$|=>\s*\{?$|[(\[]\s*$")
_JAVASCRIPT = re.compile(
    r"""\s*(?:
        (?:export\s+)?(?:default\s+)?(?:const|let|var)\s+[\w$\[{]
      | (?:export\s+)?(?:default\s+)?(?:async\s+)?function\b[\s*]*[\w$]*\s*\(
      | import\s+(?:[\w${*'"]).*(?:from\s+['"]|;\s*$|^import\s+['"])
      | (?:public|private|protected|static|readonly)\s+[\w<>]+
      | (?:await|return|throw|new)\s+[\w$('"`\[{!].*[;({\[,]\s*(?://.*)?$
      | return\s*;|return\s+[\w$.]+\s*;?$
      | (?:if|for|while|switch|catch)\s*\(.*[{;)]\s*(?://.*)?$
      | \}\s*(?:else|catch|finally|while)?\b.*[{;]?\s*$
      | (?:try|else|finally|do)\s*\{
      | (?:window|document|console|sessionStorage|localStorage|axios|fetch|crypto|module|process)\b[.(\[]
      | [\w$.\[\]'"]+\s*(?:\+?=)\s*(?:await\s+|new\s+|async\b|function\b|\(|`|\[|\{|['"]).*
      | (?:async\s+)?[\w$]+\s*\([^()]*\)\s*(?::\s*[^{]+)?\{\s*$
      | //.*|/\*.*|\*\s.*|\*/
      | \.\w+\(.*
      | ['"]?[\w$-]+['"]?\s*:\s*\S.*,\s*(?://.*)?$
      | [\w$.]+\([^)]*$|[\w$.]+\(.*\)\s*;?$
      | [\w$]+,\s*$
      | [`'"].*[`'"]\s*[+,;)]*\s*$
      | \+\s*['"`\w].*
    )""",
    re.VERBOSE,
)
_PYTHON = re.compile(
    r"""\s*(?:
        (?:async\s+)?def\s+\w+\s*\(.*
      | class\s+\w+.*:\s*$
      | from\s+[\w.]+\s+import\s+\S.*
      | import\s+\w[\w.]*(?:\s+as\s+\w+)?(?:\s*,\s*\w[\w.]*)*\s*$
      | (?:if|elif|for|while|with|except|try|else|finally)\b[^.?!]*:\s*(?:\#.*)?$
      | return\b(?:\s+[\w.({\[f'"].*)?$
      | (?:print|raise|assert|await|yield)\b\s*[(\w].*
      | @[\w.]+(?:\(.*)?$
      | [\w.]+(?:\[[^\]]*\])?\s*(?::\s*\w+\s*)?[+]?=\s*(?![=>])\S.*
      | \#\s.*|\#!.*
      | ['"]\w+['"]\s*:\s*\S.*,?\s*$
      | \w+\s*=\s*\S.*,\s*$
      | [)\]}]+,?\s*$
      | \.\w+\(.*
      | [\w.]+\(.*
      | >>>\s.*
    )""",
    re.VERBOSE,
)
_PYTHON_ONLY = re.compile(
    r"\b(?:def \w+\(|elif\b|None\b|True\b|False\b|self\.|hashlib|base64\.(?:urlsafe_)?b64|secrets\."
    r"|requests\.(?:post|get|Session)"
    r"|httpx\.|import \w+$|from [\w.]+ import|os\.(?:environ|urandom)|urlencode\(|__name__|f\"|f'|lambda "
    r"|uuid\.uuid|\.hexdigest\(\)"
    r"|flask|django|asyncio|aiohttp|authlib|OAuth2Session)",
    re.MULTILINE,
)
_JAVASCRIPT_ONLY = re.compile(
    r"\b(?:const|let|var)\s+[\w$\[{]|=>|\bfunction\b|\bawait\s+(?:fetch|crypto|axios)|\bnew\s+[A-Z]\w+"
    r"|[^=!]===|\bbtoa\(|\bwindow\."
    r"|\b(?:session|local)Storage\b|URLSearchParams|\bJSON\.|\brequire\(|;\s*$|//\s|encodeURIComponent"
    r"|\bcrypto\.|\bfetch\(|\baxios\b",
    re.MULTILINE,
)
_OTHER_ONLY = re.compile(
    r"^\s*(?:using\s+[\w.]+;|package\s+[\w.]+|public\s+(?:static\s+)?(?:class|async|void|string|Task)"
    r"|func\s+\w+\(|namespace\s"
    r"|#include|fn\s+\w+|<\?php|\$\w+\s*=\s*.*;|require\s+'|\bend\s*$|val\s+\w+\s*=|\w+\s*:=\s)|\bstring\."
    r"|\bEncoding\.|Base64\.",
    re.MULTILINE,
)
# What JavaScript and Python never say: PHP, C#, Go, Java, Kotlin, Ruby, Swift, Dart.
_ANOTHER = re.compile(
    r"(?m:^\s*\$\w+\s*=[^=])|\bcurl_setopt|=>\s*\$\w|\$\w+->|\b(?:Encoding|Convert|BitConverter)\.\w"
    r"|FormUrlEncodedContent"
    r"|PostAsJsonAsync|\bSHA256\.(?:Create|HashData|hash)|\w\s:=\s|MessageDigest|StandardCharsets|\bDigest::"
    r"|SecureRandom"
    r"|\bBase64\.(?:getUrlEncoder|getEncoder|encodeToString|urlsafe_encode64|strict_encode64|URL_SAFE)"
    r"|\bfmt\.|\bfun \w+\("
    r"|new Dictionary<|\bCC_SHA256|base64EncodedString|\bguard let\b"
    r"|\bURLRequest\(|forHTTPHeaderField|\bJSONSerialization\b|\bURLQueryItem\("
    r"|\bsha256\.convert\(|\bbase64Url\.encode\(|\.replacingOccurrences\("
)
_ANOTHER_LINE = re.compile(
    r"\s*(?:\$\w+(?:\[.*\])?\s*=\s*\S.*|\$\w+->.*|\w+(?:,\s*\w+)?\s*:=\s*\S.*|(?:final\s+)?val\s+\w+\s*=\s*\S.*"
    r"|final\s+(?:\w+\s+)?\w+\s*=\s*\S.*"
    r"|(?:using\s+)?(?:final\s+)?(?:var|String|byte\[\]|string|MessageDigest|SHA256)\s+\w+\s*=\s*\S.*"
    r"|curl_\w+\(.*|'\w+'\s*=>\s*\S.*)"
)
_SENTENCE = re.compile(r"^[\"“'(*•\-–\d.)\s]*[A-Z][\w’'`\"]*(?:,?\s+[\w’'`\"/().-]+){3,}.*[.?!:…]?[\"”)]?\s*$")
# A link that stands alone on its line, marked as code or put between quotation marks.
_LINK = re.compile(r"(?:[>*•·\-–]\s*)*([`'\"*_<]{1,3})[A-Za-z][A-Za-z0-9+.\-]{1,60}:/[^\s`]*[`'\"*_>]{1,3}[.,;:)]?")
_FORM = re.compile(r"[A-Za-z_]\w*=[^\s&\"']*(?:&[A-Za-z_]\w*=[^\s&\"']*)+")
_FORM_IN_WORDS = re.compile(
    r"(?:[A-Za-z_]\w*=[^\s&\"'<>(){};]*&){1,20}[A-Za-z_]\w*=[^\s&\"'<>(){};]*\s+(?:[.,;:–-]\s+)?[A-Za-z]"
)
# An answer's body as Python shows a text: '{"error": "invalid_grant"}', b'{...}'
_PRINTED = re.compile(r"(?:>>>\s*)?[bu]?(?:'\{\s*\"\w+\"\s*:.{0,4000}\}(?:\\n)?'|\"\{\s*'\w+'\s*:.{0,4000}\}\")")
# `token: grant_type=authorization_code&code=...`: in code the text would have quotation marks
_LABELLED_FORM = re.compile(
    r"[\w ()/\-]{1,40}[:=]\s*`?(?:grant_type|code|client_id|response_type|redirect_uri|code_verifier|code_challenge"
    r"|state|error)=[^\s&\"'`;]*&[^\s\"'`;]+"
    r"|[\w ()/\-]{1,40}:\s*`?(?:redirect_uri=https?:|code_(?:verifier|challenge)=[\w\-.~%+/=]{24})"
    r"|[A-Za-z][\w ()/\-]{0,40}\s`?code_(?:verifier|challenge)=[\w\-.~%+/]{24}"
)
# `response.json() -> {'error': ...}`, `getResponseBodyAsString() = {"error": ...}`: nothing can be assigned to a call
_SHOWN = re.compile(r"\)\s*(?:->|→|=|:|gives|prints|returns)\s+(?:\{\s*['\"]?\w+['\"]?\s*:\s*['\"]|<\w|[45]\d\d\b)")
# A value of 24 characters and more, without quotation marks: no language writes a text so
_BARE_PAIR = re.compile(
    r"(?:(?:code_)?verifier|(?:code_)?challenge|code|state|nonce)=[A-Za-z0-9\-_~%+/][A-Za-z0-9\-._~%+/=]{23,}"
)
_EXCEPTION = re.compile(r"(?:[\w.$\\]{1,100}[.\\])?[A-Z]\w*(?:Exception|Error)(?:\(\w+[, ]|: )")
_OUTCOME = re.compile(r"(?:->|→|={1,2}>|>>)\s+(?:AADSTS|HTTP|\d{3}\b|\{\s*\"|[a-z]+_[a-z]+\b|[A-Z][a-z]+[ :])")
# Among settings and variables, what the server said: `RESPONSE={"error":...`, `STATUS=400 invalid_grant`,
# `ERROR=invalid_grant`. Code has blanks around the sign, a text in quotation marks, and one value behind it.
_NAMED_OUTCOME = re.compile(
    r"(?:\$\s+)?(?:export\s+|set\s+)?[A-Za-z_]\w{0,60}(?:=[\"']?\{\s*\\?\"(?:error|message|status|code)\w*\\?\"\s*:"
    r"|\s*=\s*[\"']?(?:HTTP\S{0,6}\s+)?[45]\d\d\s+[A-Za-z{]"
    r"|\s*=\s*(?:invalid_(?:grant|request|client|scope|target)|unauthorized_client|unsupported_(?:grant|response)_type"
    r"|access_denied|redirect_uri_mismatch|login_required|interaction_required|consent_required)\b)"
)
_CODE_MARK = re.compile(r"[;{}=<>]|\w\(|\)\.|=>|\]\[|::|->")
_SHELL = re.compile(
    r"\s*(?:\$\s+)?(?:export\s+)?[A-Za-z_]\w*=(?:\"?\$\(|`)|.*\|\s*(?:openssl|base64|tr|sed|xxd|sha256sum"
    r"|shasum|head|cut|jq)\b"
    r"|\s*(?:\$\s+)?(?:openssl|echo\s+-?n?|printf)\s.*"
)


def looks_like_code(line: str, *, inside: bool, depth: int = 0) -> bool:
    """Tell whether a line is code; `inside` a block more may be, almost anything while `depth` brackets are open."""
    if len(line) > 5_000:
        return False
    bare = line.strip()
    if not bare:
        return inside
    if not inside and (_FORM.fullmatch(bare) or bare.startswith(("http://", "https://")) or _LINK.fullmatch(bare)):
        return False
    if _FORM_IN_WORDS.match(bare) or _OUTCOME.match(bare) or _PRINTED.fullmatch(bare) or _LABELLED_FORM.match(bare):
        return False
    if _BARE_PAIR.fullmatch(bare):
        return False
    if _EXCEPTION.match(bare) or _SHOWN.search(bare) or (depth == 0 and _NAMED_OUTCOME.match(bare)):
        return False
    marks = len(_CODE_MARK.findall(bare))
    sentence = _SENTENCE.match(bare) is not None and bare.count(" ") >= 4
    if bare.startswith(("//", "/*", "*/")) or (inside and bare.startswith(("* ", "#"))):
        return True
    if depth > 0 and not (sentence and bare[0].isupper()):
        return True
    if sentence and marks < 2 and not _ENDS_LIKE_CODE.search(bare):
        return False
    if _SHELL.match(bare) and marks:
        return True
    if _ANOTHER_LINE.fullmatch(bare) and marks and not sentence:
        return True
    if _JAVASCRIPT.match(bare) and (not sentence or marks >= 2):
        return bool(inside or marks or _ENDS_LIKE_CODE.search(bare) or bare.startswith("import "))
    if _PYTHON.match(bare) and not sentence:
        return bool(inside or marks or bare.startswith(("import ", "from ", "@", "def ", "class ")))
    return inside and bool(marks or _ENDS_LIKE_CODE.search(bare)) and not sentence


def language_of(code: str, tag: str = "") -> Language:
    """Name the language of a block by its fence's tag, else by what only one language says."""
    tag = tag.lower()
    if tag in ("js", "javascript", "jsx", "ts", "typescript", "tsx", "mjs", "html", "vue", "svelte", "node"):
        return "javascript"
    if tag in ("py", "python", "python3", "pycon"):
        return "python"
    if tag in ("sh", "bash", "shell", "zsh", "console"):
        return "shell"
    head = code[:50_000]
    if _ANOTHER.search(head):
        return "other"
    script, python, other = (len(p.findall(head)) for p in (_JAVASCRIPT_ONLY, _PYTHON_ONLY, _OTHER_ONLY))
    if other > script and other > python:
        return "other"
    if python > script:
        return "python"
    if script:
        return "javascript"
    if any(_SHELL.match(line) for line in head.split("\n")):
        return "shell"
    return "other"
