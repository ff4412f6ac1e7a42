"""Breaks the faults' predicates on purpose, to see whether a test notices."""
