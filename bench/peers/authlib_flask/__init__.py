"""Authlib's authorization server on Flask with Flask-SQLAlchemy, under gunicorn."""
