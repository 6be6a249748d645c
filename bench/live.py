"""From a commit to the open page: 50 raw event streams and one browser.

`python -m bench.live [--quick]` prints one JSON object. The peer, in the same browser
and for the same commits, is the same panel fetched by htmx every second.
"""

import argparse
import asyncio
import json
import random
import statistics
import threading
import time
from collections.abc import Callable

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.pages import ARGS, CHROMIUM, Pages
from tests.browser.site import Site

STREAMS, STREAMS_A_PERSON = 50, 5
TARGET_MS = 500
SCENES = "tests.browser.scenes"
PANEL = "#panel-needs-you"
WATCH = """() => {
  window.seenAt = {};
  new MutationObserver(() => {
    for (const title of document.querySelectorAll('#panel-needs-you h3'))
      seenAt[title.textContent] ??= (performance.timeOrigin + performance.now()) / 1000;
  }).observe(document.querySelector('main'), {childList: true, subtree: true,
    characterData: true});
}"""
POLL = """panel => {
  const part = document.querySelector(panel);
  part.setAttribute('hx-get', part.dataset.liveUrl);
  part.setAttribute('hx-trigger', 'every 1s');
  part.setAttribute('hx-swap', 'outerHTML');
  part.setAttribute('hx-select', panel);
  const rest = document.querySelector('main');
  new MutationObserver(() => {
    const fresh = document.querySelector(panel);
    if (fresh.hasAttribute('hx-get')) return;
    for (const { name, value } of part.attributes)
      if (name.startsWith('hx-')) fresh.setAttribute(name, value);
    htmx.process(fresh);
  }).observe(rest, {childList: true, subtree: true});
  htmx.process(part);
}"""


def main() -> None:
    """Commit at random moments; print the 95th percentiles of both pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="15 commits, not 80")
    commits = 15 if parser.parse_args().quick else 80
    if CHROMIUM is None:
        print(json.dumps({"bench": "commit-to-dom", "skipped": "Chromium is absent"}))
        return
    with Site() as site, sync_playwright() as playwright:
        site.call(f"{SCENES}:cast")
        cookies = site.call(f"{SCENES}:readers", STREAMS // STREAMS_A_PERSON)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        with RawStreams(site.port, cookies * STREAMS_A_PERSON) as streams:
            result = _measure(site, chromium, commits)
            result["streams"] = streams.complete(commits)
        chromium.close()
    print(json.dumps(result))


def _measure(site: Site, chromium: Browser, commits: int) -> dict[str, object]:
    pages = Pages(site, chromium, {})
    ours, peer = _live_page(pages), _polling_page(pages)
    committed = {}
    for n in range(commits):
        title = f"Commit {n}"
        committed[title] = site.call(f"{SCENES}:timed_alert", title)
        ours.wait_for_timeout(random.uniform(300, 900))
    ours.wait_for_timeout(2500)
    live, polled = _delays(ours, committed), _delays(peer, committed)
    pages.close()
    return {
        "bench": "commit-to-dom",
        "ours": _p95(live),
        "peer": _p95(polled),
        "unit": "ms",
        "target": TARGET_MS,
        "peer_name": "htmx hx-trigger every 1s",
        "ours_median": round(statistics.median(live), 1),
        "peer_median": round(statistics.median(polled), 1),
        "seen": f"{len(live)} of {commits}",
    }


def _live_page(pages: Pages) -> Page:
    page = pages.open("/p/CP00010/", "alice")
    page.locator("[data-live-mark]:not([data-still])").first.wait_for()
    page.evaluate(WATCH)
    return page


def _polling_page(pages: Pages) -> Page:
    page = pages.open("/nowhere/", "bob")
    page.route("**/live*.js", lambda route: route.abort())
    page.goto(f"{pages.site.url}/p/CP00010/")
    page.evaluate(WATCH)
    page.evaluate(POLL, PANEL)
    return page


def _delays(page: Page, committed: dict[str, float]) -> list[float]:
    """Milliseconds from each commit to the page's own change."""
    seen = page.evaluate("window.seenAt")
    return [1000 * (seen[t] - at) for t, at in committed.items() if t in seen]


def _p95(delays: list[float]) -> float:
    return round(statistics.quantiles(delays, n=20)[-1], 1)


class RawStreams:
    """Event streams over bare sockets in a thread of their own."""

    def __init__(self, port: int, cookies: list[str]) -> None:
        self._port, self._cookies = port, cookies
        self._heard = [b""] * len(cookies)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._read_all()))

    def __enter__(self) -> "RawStreams":
        self._thread.start()
        _wait_for(lambda: all(b": open" in heard for heard in self._heard))
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def complete(self, commits: int) -> str:
        """How many streams were told of every commit."""
        told = [heard.count(b"event: change") for heard in self._heard]
        return f"{sum(n >= commits for n in told)} of {len(told)}"

    async def _read_all(self) -> None:
        readers = [
            asyncio.create_task(self._read(n, cookie))
            for n, cookie in enumerate(self._cookies)
        ]
        await asyncio.to_thread(self._stop.wait)
        for reader in readers:
            reader.cancel()

    async def _read(self, number: int, cookie: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(
            b"GET /p/CP00010/live/?after=0 HTTP/1.1\r\nHost: localhost\r\n"
            + f"Cookie: sessionid={cookie}\r\n\r\n".encode()
        )
        while piece := await reader.read(65536):
            self._heard[number] += piece


def _wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("the streams did not open")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
