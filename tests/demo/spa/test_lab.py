"""The fault lab: every mistake is made for real, and shown with its cause."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from proofkey.demo import spa_server

TABLE = (Path(spa_server.__file__).parent / "spa" / "lab.js").read_text()
MISTAKES = dict(re.findall(r"    id: '([\w-]+)',\n    group: '\w+',\n    slug: (?:'([\w-]+)'|null),", TABLE))


def run(tab: Page, mistake: str) -> Any:
    """Run a mistake and give the element of its result."""
    tab.locator(f"#run-{mistake}").click()
    result = tab.locator(f'.result[data-mistake="{mistake}"]')
    expect(result).to_be_visible()
    return result


def test_the_table_is_read_here() -> None:
    """Every entry of the table is among the mistakes below, and no id occurs twice."""
    assert len(MISTAKES) == TABLE.count("\n    id: '") > 30


def test_a_login_without_a_mistake(tab: Page) -> None:
    """The first entry goes through to an access token, and no step is marked."""
    result = run(tab, "none")
    expect(result.locator(".outcome")).to_contain_text("Every step went well")
    assert result.locator(".wrong, .refused").count() == 0
    assert "access_token" in result.locator("pre").inner_text()
    expect(tab.locator("#app")).to_contain_text("a page that is left forgets its tokens")


@pytest.mark.parametrize("mistake", [name for name, slug in MISTAKES.items() if slug])
def test_each_mistake_is_refused_and_named(tab: Page, demo: Any, mistake: str) -> None:
    """A step is marked with what differs, the refusal is shown, and the finding names the fault."""
    result = run(tab, mistake)
    assert result.locator(".wrong .differences li").count() >= 1
    assert result.locator(".refused").count() >= 1
    where = result.get_attribute("data-where")
    if where == "page":
        link = result.locator(".finding a").get_attribute("href")
        assert link == f"{demo.issuer}/faults/{MISTAKES[mistake]}"
        return
    assert result.get_attribute("data-fault") == MISTAKES[mistake]
    assert len(result.locator(".finding").inner_text()) > 100


def test_a_code_used_twice_was_good_once(tab: Page) -> None:
    """The line above the drawing says what both requests came to."""
    result = run(tab, "twice")
    expect(result.locator(".outcome")).to_have_text(
        "The first token request was answered with a token, the second was refused with 400."
    )


@pytest.mark.parametrize("mistake", ["unknown-client", "unregistered-redirect"])
def test_errors_that_are_not_sent_back_open_a_window(tab: Page, demo: Any, mistake: str) -> None:
    """The server's page stands in a window of its own; the lab tells why the app hears nothing."""
    with tab.expect_popup() as opened:
        result = run(tab, mistake)
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("This sign-in cannot start")
    assert result.get_attribute("data-where") == "page"
    assert tab.url == f"{demo.app}/"


def test_without_a_window_the_result_waits_for_the_way_back(tab: Page, demo: Any) -> None:
    """Where the browser opens no window, the error page takes this one, and Back shows the result."""
    tab.evaluate("window.open = () => null")
    tab.locator("#run-unknown-client").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("This sign-in cannot start")
    tab.go_back()
    expect(tab.locator('.result[data-mistake="unknown-client"]')).to_be_visible()
    assert tab.evaluate("sessionStorage.length") == 0


def test_the_lab_by_keyboard(tab: Page) -> None:
    """Enter on Run; the result takes the focus; Back to the list returns it to where it was."""
    tab.locator("#run-regenerated").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#result-title")).to_be_focused()
    back = tab.get_by_role("button", name="Back to the list")
    while not back.evaluate("element => element === document.activeElement"):
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.locator("#run-regenerated")).to_be_focused()
    expect(tab.locator(".result")).to_have_count(0)


def test_buttons_are_named_for_their_mistake(tab: Page) -> None:
    """Thirty buttons called Run would be one name for thirty things."""
    expect(tab.get_by_role("button", name="Run JSON body")).to_have_count(1)


def test_neither_code_nor_verifier_is_written_out(tab: Page) -> None:
    """Values of the login are shown by their ends only, and the address keeps none of them."""
    sent: list[str] = []
    tab.on("request", lambda request: sent.append(request.post_data or "") if "/oauth/token" in request.url else None)
    run(tab, "trailing-slash")
    fields = dict(pair.split("=", 1) for pair in sent[0].split("&"))
    page = tab.content() + tab.url + tab.evaluate("JSON.stringify({ ...sessionStorage })")
    assert fields["code"] not in page
    assert fields["code_verifier"] not in page


def test_hostile_answers_stay_text(tab: Page) -> None:
    """What a server answers is shown, never run, and a link goes to http addresses only."""
    markup = "<img src=x onerror=\"document.title='run'\">"
    entry = {"fault": "verifier-unrelated", "title": markup, "explanation": markup, "fix": markup,
             "evidence": [{"where": markup, "what": markup}], "url": "javascript:alert(1)"}  # fmt: skip
    cors = {"access-control-allow-origin": "*"}
    tab.route("**/development/journal/*", lambda route: route.fulfill(json=entry, headers=cors))
    result = run(tab, "regenerated")
    expect(result.locator("#finding-title")).to_have_text(markup)
    assert result.locator("img").count() == 0
    assert result.locator(".finding a").count() == 0
    assert tab.title() == "proofkey demo"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_window(tab: Page, width: int) -> None:
    """The list and a result fit a narrow phone."""
    tab.set_viewport_size({"width": width, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    result = run(tab, "plain")
    for details in result.locator("details").all():
        details.locator("summary").click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


# Words that begin in one line and end in another; a hyphen may end a line.
BROKEN = """() => {
  const broken = [];
  for (const element of document.querySelectorAll('.mistakes p, .result h3, .route, .differences code, .lines dd')) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const whole = element.className === 'route' ? /.+/g : /[^\\s-]+/g;
      for (const { 0: word, index } of texts.currentNode.data.matchAll(whole)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, index);
        range.setEnd(texts.currentNode, index + word.length);
        if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) broken.push(word);
      }
    }
  }
  return broken;
}"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("mistake", ["plain", "path"])
def test_no_word_breaks_in_the_middle(tab: Page, width: int, mistake: str) -> None:
    """Names, values and addresses break at their signs, on a phone too; so does who sends to whom."""
    tab.set_viewport_size({"width": width, "height": 800})
    result = run(tab, mistake)
    for details in result.locator("details").all():
        details.locator("summary").click()
    assert tab.evaluate(BROKEN) == []


def test_the_page_obeys_its_own_policy(tab: Page) -> None:
    """No inline style or script, nothing from elsewhere."""
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    run(tab, "json")
    assert complaints == []
