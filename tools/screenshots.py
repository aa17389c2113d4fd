"""Pictures of the site, the example shop and a terminal that pays, in a real Chromium: build/screenshots/.

python -m tools.screenshots    (after make docs)
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from rich.console import Console
from rich.text import Text
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from palomma_mock import MockServer
from tests.objects import new_target
from tools.chromium import chromium
from tools.terminal import at_a_terminal

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


def terminal(language: str) -> Path:
    """A file that is paid at a real terminal, as its screen showed it."""
    path, console = OUT / f"pay-{language}.svg", Console(record=True, width=100, file=io.StringIO())
    with MockServer(auto_approve=True) as mock, mock.client() as client, tempfile.TemporaryDirectory() as home:
        target, file = new_target(client), Path(home) / "pagos.csv"
        file.write_text("\n".join(["referencia;destino;valor", *(f"nomina-{n};{target};1.250.000" for n in range(6))]))
        command = [sys.executable, "-m", "palomma", "--lang", language, "pay", str(file)]
        settings = {
            **os.environ, "PALOMMA_API_KEY": mock.api_key, "PALOMMA_BASE_URL": mock.base_url,
            "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home,
        }  # fmt: skip
        _, screen = at_a_terminal(command, b"s\n" if language == "es" else b"y\n", settings)
    console.print(Text.from_ansi(screen.replace("\r\n", "\n")))
    console.save_svg(str(path), title="palomma pay")
    return path


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
        for language in ("es", "en"):
            chrome.get(terminal(language).as_uri())
            shoot(chrome, f"pay-{language}")
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
