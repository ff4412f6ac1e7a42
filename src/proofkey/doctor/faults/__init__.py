"""The catalogue: one fault, one file."""
