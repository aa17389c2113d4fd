"""Pictures of the site and of the example shop in a real Chromium, to be looked at: build/screenshots/.

python -m tools.screenshots    (after make docs)
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tools.chromium import chromium

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build/screenshots"
SITE = ROOT / "build/site"
PAGES = (
    "index",
    "quickstart",
    "guides/retries",
    "guides/unknown-outcomes",
    "guides/statuses",
    "guides/pay-a-file",
    "guides/going-live",
    "reference/resources/payout_requests",
    "reference/errors/outcome_unknown",
    "reference/models",
    "reference/errors",
    "reference/client",
    "reference/contract",
    "es/index",
    "es/quickstart",
    "es/reference/resources/payout_requests",
    "es/reference/errors",
    "es/guides/unknown-outcomes",
    "es/guides/pay-a-file",
)
SIZES = {"wide": (1280, 900), "phone": (390, 844)}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *parts: object) -> None:
        """Nothing."""


@contextmanager
def site() -> Iterator[str]:
    """The built site, served."""

    def handler(*given: object) -> _Quiet:
        return _Quiet(*given, directory=str(SITE))  # type: ignore[arg-type]

    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def shop() -> Iterator[str]:
    """The example shop, started as its README says."""
    command = [sys.executable, "-m", "examples.shop", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().split()[2].rstrip("/")
        finally:
            process.terminate()


def shoot(chrome: Chrome, name: str) -> None:
    """Take a picture of a page in each size; say what the page complained about."""
    for size, (width, height) in SIZES.items():
        chrome.set_window_size(width, height)
        assert chrome.save_screenshot(str(OUT / f"{name}-{size}.png"))
    wide = chrome.execute_script("return document.documentElement.scrollWidth > window.innerWidth")
    said = chrome.get_log("browser")  # type: ignore[no-untyped-call]
    for entry in [*said, *(["wider than a phone"] if wide else [])]:
        print(name, entry)


def main() -> None:
    """Take all pictures."""
    OUT.mkdir(parents=True, exist_ok=True)
    with chromium() as chrome:
        with site() as origin:
            for page in [*PAGES, *(["contract"] if (SITE / "contract.html").exists() else [])]:
                chrome.get(f"{origin}/{page}.html")
                shoot(chrome, page.replace("/", "-"))
            chrome.get(f"{origin}/es/search.html?q=duplicado")
            chrome.implicitly_wait(5)
            chrome.find_element(By.CSS_SELECTOR, "ul.search li")
            shoot(chrome, "search")
        with shop() as origin:
            chrome.get(origin)
            shoot(chrome, "shop")
            chrome.find_element(By.CSS_SELECTOR, "button").click()
            shoot(chrome, "shop-bank")
            chrome.find_element(By.CSS_SELECTOR, "button[value=approve]").click()
            shoot(chrome, "shop-order")
            chrome.get(f"{origin}/admin")
            shoot(chrome, "shop-till")
    print(f"look at {OUT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
