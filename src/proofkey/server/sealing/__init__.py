"""Codes, tokens and boxes as sealed references, so that none of them is stored."""
