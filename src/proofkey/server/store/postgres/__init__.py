"""The store over PostgreSQL, for many processes on many machines: `store.py` puts it together."""
