"""The protocol, both sides, as values and pure functions.

Nothing in this package reads a clock, draws randomness or touches the outside: time and entropy are arguments.
"""
