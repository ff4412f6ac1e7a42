"""The store on SQLite: one process, commits in groups."""
