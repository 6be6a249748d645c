"""One login at both sides, and what a test wants of it in few words."""

import time
from typing import Any

from playwright.sync_api import Page

from tests.browser.keys.rehearsal.hkex import Hkex
from tests.browser.keys.steps import LIVE
from tests.browser.pages import Pages
from tests.browser.site import Site

BACKSTAGE = "tests.browser.keys.rehearsal.backstage"


class Account:
    """Known to the portal and to HKEX; without a key until `begin`."""

    def __init__(self, site: Site, hkex: Hkex, login: str) -> None:
        self.login = login
        self._site = site
        self._hkex = hkex
        hkex.open_account(login)
        self.pk: str = site.call(f"{BACKSTAGE}:account", login)
        self.path = f"/p/CP00010/keys/accounts/{self.pk}/"

    def begin(self) -> str:
        """The fingerprint of a first key that both sides have registered today."""
        key = self._site.call(f"{BACKSTAGE}:first_key", self.pk)
        assert self._hkex.register(self.login, key["public"]) == key["fingerprint"]
        return str(key["fingerprint"])

    def recorded_later(self, days: int) -> None:
        self._site.call(f"{BACKSTAGE}:recorded_later", self.pk, days)

    def in_use(self) -> str:
        """The fingerprint of the key that the portal logs in with now."""
        found: str = self._site.call(f"{BACKSTAGE}:key_in_use", self.pk)
        return found

    def there(self) -> dict[str, Any]:
        """As HKEX has it."""
        return self._hkex.account(self.login)

    def logins(self, fingerprint: str) -> int:
        """How often HKEX has let this key in."""
        found: int = self.there()["logins_by_key"].get(fingerprint, 0)
        return found

    def expect_logins(self, fingerprint: str, count: int) -> None:
        """Soon, and not more."""
        deadline = time.monotonic() + LIVE / 1000
        while self.logins(fingerprint) < count and time.monotonic() < deadline:
            time.sleep(0.2)
        assert self.logins(fingerprint) == count

    def open(self, pages: Pages, user: str = "charlie") -> Page:
        return pages.open(self.path, user)
