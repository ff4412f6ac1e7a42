"""Explains failed exchanges: computes from what was captured before it believes what a server says."""
