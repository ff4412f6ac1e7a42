"""What exists in development mode only: failures on demand, a clock that can be moved, and the address that asks for
them. `serve` puts it around the application (`layer.py`); a production server never imports any of it.
"""
