"""Photograph every page of the authorization server: phone and desktop, light and dark, ordinary and hostile data.

    python -m scripts.screenshots FOLDER [PREFIX...]

Writes PNG files into FOLDER, only those whose name begins with a PREFIX if any is given.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, Route, ViewportSize, sync_playwright

from proofkey.server.pages import assets, render
from scripts.programs import find_chromium
from tests.server.pages.samples import HOSTILE_SAMPLES, SAMPLES

WINDOWS = {"phone": (390, 844), "desktop": (1280, 800)}
ORIGIN = "http://127.0.0.1:9000"


def main(folder: Path, prefixes: list[str]) -> None:
    """Take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = SAMPLES | {f"hostile-{name}": page for name, page in HOSTILE_SAMPLES.items()}
    chosen = {name: page for name, page in pages.items() if not prefixes or name.startswith(tuple(prefixes))}
    chromium = find_chromium()
    if chromium.path is None:
        sys.exit(f"Chromium {chromium}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path, args=["--no-sandbox"])
        for window, (width, height) in WINDOWS.items():
            for scheme in ("light", "dark"):
                size = ViewportSize(width=width, height=height)
                # Without scripts the form_post page stays to be photographed.
                page = browser.new_page(viewport=size, color_scheme=scheme, java_script_enabled=False)
                _serve(page, chosen)
                for name in chosen:
                    page.goto(f"{ORIGIN}/{name}")
                    wide = page.evaluate("document.documentElement.scrollWidth") > width
                    print(f"{name} {window} {scheme}{'  WIDER THAN THE WINDOW' if wide else ''}")
                    page.screenshot(path=folder / f"{name}-{window}-{scheme}.png", full_page=True)
                page.close()
        browser.close()


def _serve(page: Page, pages: dict[str, render.Page]) -> None:
    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(f"{ORIGIN}/")
        asset = assets.find(name.removeprefix("assets/"))
        if asset:
            route.fulfill(body=asset.body, headers=dict(asset.headers))
        elif name in pages:
            route.fulfill(body=pages[name].html, headers=dict(pages[name].headers))
        else:
            route.abort()

    page.route("**/*", answer)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
