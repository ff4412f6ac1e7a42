"""Python: its syntax, and what its library and common packages make of values."""
