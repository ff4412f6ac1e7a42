"""Carries a whole installation from one database to another: `db copy`, and `db backup` of PostgreSQL."""
