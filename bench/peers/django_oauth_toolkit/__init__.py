"""django-oauth-toolkit on Django, under gunicorn."""
