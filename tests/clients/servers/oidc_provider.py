"""npm's oidc-provider with its development interactions: every name and password will do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx
from playwright.sync_api import Page

from tests.clients.packages import JavaScriptClients
from tests.clients.servers.foreign import PASSWORD, SECRET, USERNAME, ForeignServer, Redirects, run
from tests.server.person import first_form

HERE = Path(__file__).parent / "oidc-provider"
MOST_PAGES = 12


@contextmanager
def run_oidc_provider(
    folder: Path, packages: JavaScriptClients, node: Path, redirects: Redirects
) -> Iterator[ForeignServer]:
    """Run it; the client `cli` is a native one, so that its loopback redirect URI has any port."""
    grants = {"grant_types": ["authorization_code", "refresh_token"]}
    public = {"token_endpoint_auth_method": "none"} | grants
    clients = [
        {"client_id": "web", "client_secret": SECRET, "redirect_uris": [redirects.web], **grants}
        | {"post_logout_redirect_uris": [redirects.bye]},
        {"client_id": "cli", "application_type": "native", "redirect_uris": [redirects.cli], **public},
        {
            "client_id": "page",
            "redirect_uris": [redirects.page],
            **public,
            "post_logout_redirect_uris": [redirects.bye],
        },
    ]
    command = [str(node), str(HERE / "server.mjs"), str(packages.folder / "package.json")]
    with run(command, {"clients": clients}, folder) as issuer:
        yield ForeignServer(
            issuer,
            redirects,
            _visit,
            _sign_in,
            scopes=("openid", "profile", "email", "offline_access"),
            extra={"prompt": "consent"},  # without it offline_access is ignored (OpenID Connect Core 11)
            rotates_for_web=False,  # its default: a new one only near the old one's end
        )


def _visit(browser: httpx.Client, url: str) -> str:
    origin = httpx.URL(url).copy_with(raw_path=b"/")
    response = browser.get(url)
    for _ in range(MOST_PAGES):
        if response.is_redirect:
            target = urljoin(str(response.request.url), response.headers["location"])
            if not target.startswith(str(origin)):
                return target
            response = browser.get(target)
            continue
        assert response.status_code == 200, response.text[:2000]
        form = first_form(response.text)
        if "password" in form.fields:
            form.fields |= {"login": USERNAME, "password": PASSWORD}
        response = browser.post(urljoin(str(response.url), form.action), data=form.fields)
    raise AssertionError(f"still at {response.url}")


def confirm_logout(page: Page) -> None:
    """Answer the provider's question with yes."""
    page.get_by_role("button", name="Yes, sign me out").click()


def _sign_in(page: Page) -> None:
    page.fill("input[name=login]", USERNAME)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("input[name=prompt][value=consent]", state="attached")
    page.click("button[type=submit]")
