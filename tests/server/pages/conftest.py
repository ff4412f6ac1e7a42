"""The sample pages, read as a browser reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

from proofkey.server.pages.render import Page
from tests.server.pages.samples import HOSTILE_SAMPLES, SAMPLES

_VOID = {"meta", "link", "img", "input", "br", "hr", "wbr"}


@dataclass
class Element:
    """A tag with its attributes and the text inside it."""

    tag: str
    attributes: dict[str, str]
    parents: tuple[Element, ...] = field(default=(), repr=False)
    text: str = ""

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


class Document(HTMLParser):
    """The elements of a page in document order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> without its beginning"
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        """Give the elements with one of these tags, in document order."""
        return [element for element in self.elements if element.tag in tags]


def read(page: Page) -> Document:
    """Parse a page."""
    return Document(page.html.decode())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `page` once per sample, ordinary and hostile."""
    samples = SAMPLES | {f"hostile-{name}": page for name, page in HOSTILE_SAMPLES.items()}
    if "page" in metafunc.fixturenames:
        metafunc.parametrize("page", list(samples.values()), ids=list(samples))
    elif "hostile_page" in metafunc.fixturenames:
        metafunc.parametrize("hostile_page", list(HOSTILE_SAMPLES.values()), ids=list(HOSTILE_SAMPLES))


@pytest.fixture
def document(page: Page) -> Document:
    """Give the parsed sample."""
    return read(page)


@pytest.fixture
def samples() -> dict[str, Page]:
    """Give the ordinary samples by name."""
    return SAMPLES


@pytest.fixture
def parsed() -> dict[str, Document]:
    """Give the ordinary samples by name, parsed."""
    return {name: read(page) for name, page in SAMPLES.items()}


@pytest.fixture
def hostile_samples() -> dict[str, Page]:
    """Give the samples with hostile data by name."""
    return HOSTILE_SAMPLES
