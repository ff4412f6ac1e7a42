"""The servers that are compared. A folder each: `peer.py` says how to install and start it, beside it our harness."""
