"""What can go wrong between client and server that is nobody's breach of protocol.

ProofkeyError
├── NotReached      the request surely did not reach the server: sending it again is safe
├── AnswerLost      it may have reached the server: a code sent once must not be sent again
├── LoginRequired   no live token, and nothing to renew it with: somebody has to log in
└── NotKept         tokens could not be read or written where they are kept
"""

from __future__ import annotations

from proofkey.core.errors import ProofkeyError


class NotReached(ProofkeyError):
    """No connection: the name is unknown, nobody listens, or the certificate is not accepted."""


class AnswerLost(ProofkeyError):
    """The connection broke or timed out after the request was on its way."""


class LoginRequired(ProofkeyError):
    """Tokens are missing, over or refused."""


class NotKept(ProofkeyError):
    """The place where tokens are kept cannot be used."""
