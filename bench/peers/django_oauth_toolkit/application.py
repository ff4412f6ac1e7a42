"""The project that django-oauth-toolkit's tutorial builds, in one file: Django's sessions, its views, SQLite.

`python application.py WORLD` fills the database and prints the session cookies; gunicorn serves `application`.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import include, path

settings.configure(
    DEBUG=False,
    SECRET_KEY="a key of the benchmark",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BENCH_DATABASE"]}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    OAUTH2_PROVIDER={"SCOPES": {"users:readonly": "Read the person's record"}},
)
django.setup()

from oauth2_provider.decorators import protected_resource  # noqa: E402 (Django must be set up first)


@protected_resource(scopes=["users:readonly"])
def me(request):
    """Show that a token is good."""
    return JsonResponse({"user": request.resource_owner.username})


urlpatterns = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")), path("me", me)]
application = get_wsgi_application()


def fill(world: dict) -> dict[str, str]:
    """Write everybody into the database; give each session's cookie."""
    from django.db import transaction

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        return _fill(world)


def _fill(world: dict) -> dict[str, str]:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    sessions = import_module(settings.SESSION_ENGINE)
    for each in world["clients"]:
        Application.objects.create(
            client_id=each["client_id"],
            name=each["client_id"],
            client_type=Application.CLIENT_PUBLIC,
            authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
            redirect_uris=each["redirect_uri"],
            skip_authorization=True,
        )
    cookies = {}
    for sid, visit in world["visits"].items():
        user = User(username=visit["user"])
        user.set_unusable_password()
        user.save()
        session = sessions.SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        cookies[sid] = f"sessionid={session.session_key}"
    return cookies


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        json.dump(fill(json.load(file)), sys.stdout)
