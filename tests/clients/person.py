"""Ada with a browser that only knows forms: for clients that open a login page and wait for its answer."""

from __future__ import annotations

import ssl
from urllib.parse import urljoin

import httpx

from tests.clients.installation import PASSWORD, USERNAME, Installation
from tests.server.person import first_form

MOST_PAGES = 8


class Person:
    """Keeps cookies from one visit to the next."""

    def __init__(self, server: Installation) -> None:
        trusted = server.certificate.authority if server.certificate else None
        self._http = httpx.Client(verify=ssl.create_default_context(cafile=trusted), timeout=60)
        self._issuer = server.issuer

    def close(self) -> None:
        """Close the browser."""
        self._http.close()

    def visit(self, url: str, *, decision: str = "allow") -> str:
        """Open an address, fill in the forms that come, and give where the server sends the browser at the end.

        At a page without a form it is the address of that page.
        """
        response = self._http.get(url)
        for _ in range(MOST_PAGES):
            if response.is_redirect:
                target = urljoin(str(response.request.url), response.headers["location"])
                if not target.startswith(self._issuer + "/"):
                    return target
                response = self._http.get(target)
                continue
            assert response.status_code == 200, (response.status_code, response.text[:2000])
            if "<form" not in response.text:
                return str(response.url)
            response = self._fill_in(response, decision)
        raise AssertionError(f"still at {response.url} after {MOST_PAGES} pages")

    def _fill_in(self, response: httpx.Response, decision: str) -> httpx.Response:
        form = first_form(response.text)
        if "password" in form.fields:
            form.fields |= {"username": USERNAME, "password": PASSWORD}
        if "decision" in form.buttons:
            form.fields["decision"] = decision
        return self._http.post(urljoin(str(response.url), form.action), data=form.fields)
