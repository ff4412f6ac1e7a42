"""The client's half of the flow with I/O attached."""
