"""What differs between a plain authorization server and one with Genesys Cloud's surface (decision 8).

A personality is data and a few functions over the same server; it never changes what is accepted as proof.
"""

from proofkey.server.personality.genesys import GENESYS
from proofkey.server.personality.shape import Personality
from proofkey.server.personality.standard import STANDARD

PERSONALITIES: dict[str, Personality] = {"genesys": GENESYS, "standard": STANDARD}

__all__ = ["PERSONALITIES", "Personality"]
