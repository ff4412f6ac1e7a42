"""The files beside the pages."""

from __future__ import annotations

import re

from proofkey.server.pages import assets


def test_assets_may_be_kept_for_ever() -> None:
    """The name carries a hash of the content, so a new content has a new name."""
    for name in ("proofkey.css", "key.svg"):
        path = assets.path_of(name)
        assert re.fullmatch(r"/assets/\w+\.[0-9a-f]{16}\.\w+", path)
        asset = assets.find(path.removeprefix("/assets/"))
        assert asset is not None
        assert asset.body
        headers = dict(asset.headers)
        assert "immutable" in headers["cache-control"]
        assert headers["x-content-type-options"] == "nosniff"


def test_no_other_name_leads_anywhere() -> None:
    """Neither the bare name nor a path into the file system."""
    for name in ("proofkey.css", "", "../render.py", "proofkey.0000000000000000.css", "key.svg/"):
        assert assets.find(name) is None
