"""One login after the other with Authlib's session, each before a failure; reports what Authlib made of it."""

from __future__ import annotations

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from speaking import open_in_browser, read_settings, report


def main() -> None:
    """Try as often as there are failures."""
    settings = read_settings()
    report(**{name: attempt(settings) for name in settings["failures"]})


def attempt(settings: dict) -> str:
    """Log in; give the kind of tokens, or the error's name and words."""
    session = OAuth2Session(
        settings["client_id"],
        redirect_uri=settings["redirect_uri"],
        code_challenge_method="S256",
        token_endpoint_auth_method="none",
    )
    verifier = generate_token(64)
    url, state = session.create_authorization_url(f"{settings['issuer']}/oauth/authorize", code_verifier=verifier)
    callback = open_in_browser(url)
    try:
        tokens = session.fetch_token(
            f"{settings['issuer']}/oauth/token", authorization_response=callback, code_verifier=verifier, state=state
        )
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return str(tokens["token_type"])


if __name__ == "__main__":
    main()
