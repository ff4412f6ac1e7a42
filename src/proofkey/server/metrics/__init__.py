"""What a server counts, and how Prometheus reads it: plain numbers on the way, text when somebody asks.

No client library: ours would hold a lock for each of its increments, and a commit answers hundreds of logins at once.
The event loop is the only writer here, so an integer is enough (docs/operations.md lists the names).
"""
