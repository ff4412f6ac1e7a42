"""Back end for front end: tokens stay on the server, the browser holds a cookie (OAuth 2.0 for Browser-Based Apps 6.1).

Bff(client, ...)     one login for one app: what it may call, where sessions are kept
Discover(issuer, ..) a client whose endpoints are read from the issuer's metadata when they are first needed
Api(name, origin, allow=[...])   what the browser may call through the proxy
Bff.asgi(), Bff.wsgi()           the same answers for either kind of server
"""

from proofkey.bff.api_rules import Api
from proofkey.bff.backend import Bff, Discover
from proofkey.bff.lifetimes import Lifetimes
from proofkey.bff.memory_sessions import MemorySessions
from proofkey.bff.sealing import SealingKeys
from proofkey.bff.sessions import Session

__all__ = ["Api", "Bff", "Discover", "Lifetimes", "MemorySessions", "SealingKeys", "Session"]
