"""What a server counts, and how Prometheus reads it: plain numbers on the way, text when somebody asks.

No client library: one takes a lock for each increment, and a commit answers hundreds of logins at once.
The event loop is the only writer here, so an integer is enough (docs/operations.md lists the names).
"""
