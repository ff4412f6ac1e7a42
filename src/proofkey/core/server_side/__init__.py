"""The server's half of a login: judgements, from parameters and records to verdicts.

They read nothing and store nothing.
"""
