"""What people do on the pages, in few words: make a zip, choose it, send it, decide."""

import io
import os
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.sandbox.processes import Control

BACKSTAGE = "tests.browser.submissions.backstage"
SUBMIT = "/p/CP00010/submit/"
LIVE = 20_000  # ms: a worker, a sandbox and a browser share two cores


class Switches(Control):
    """The sandbox's faults, and all of them off."""

    def no_faults(self) -> None:
        self._call("DELETE", "faults")


class Journey:
    """Files for today, each with content of its own."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self._folder = folder

    def file(
        self,
        file_id: str = "HBCNMAPP",
        code: str = "AAA000",
        size: int = 20_000,
        method: int = zipfile.ZIP_STORED,
        day: str = "",
    ) -> Path:
        """A zip on the person's own disk, never the same twice."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", method) as archive:
            archive.writestr(f"{file_id}_{code}.csv", os.urandom(size))
        day = day or self.site.call(f"{BACKSTAGE}:today")
        path = self._folder / f"{file_id}_{code}_{day}.zip"
        path.write_bytes(packed.getvalue())
        return path

    def plain(self, lines: int = 50_000, name: str = "mapping.csv") -> Path:
        """A plain file of clients, never the same twice."""
        path = self._folder / name
        line = b"1234567,CHAN Tai Man,A1234567,HKG\r\n"
        path.write_bytes(os.urandom(8).hex().encode() + b"\r\n" + line * lines)
        return path

    def choose(self, page: Page, path: Path) -> None:
        page.set_input_files("#file", str(path))

    def send(self, page: Page, path: Path) -> None:
        """From the submission page to the submission's own."""
        self.choose(page, path)
        button = page.locator('[data-send="yes"]')
        expect(button).to_be_visible(timeout=LIVE)
        button.click()
        page.wait_for_url(re.compile(r"/submissions/[0-9a-f-]{36}/$"))

    def latest(self) -> dict[str, str]:
        found: dict[str, str] = self.site.call(f"{BACKSTAGE}:latest")
        return found


def approve(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Approve")).click()


def decline(page: Page, reason: str) -> None:
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name=re.compile("^Decline")).click()


def expect_state(page: Page, word: str) -> None:
    """The file card's status, as it turns by itself."""
    status = page.locator("section[aria-labelledby=file-h] .card-head .status")
    expect(status).to_contain_text(word, timeout=LIVE)
