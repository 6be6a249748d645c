"""HKEX as a test plays it: its web half, its word on an account, its clock."""

from typing import Any

from tests.browser.submissions.journey import Switches

DAY = 24 * 60 * 60


class Hkex(Switches):
    """The control of the sandbox, a program of its own."""

    def open_account(self, login: str) -> None:
        """As HKEX does for a new participant: it has no key yet."""
        self._call(
            "POST",
            "accounts",
            {
                "login": login,
                "participant": "CP00010",
                "kind": "EP",
                "identities": [["ce_number", "AAA000"], ["firm_id", "00000"]],
            },
        )

    def register(self, login: str, public_key: str, file_name: str = "") -> str:
        """On ECP's web; answers the fingerprint that the web shows then."""
        wanted = {"login": login, "action": "register", "public_key": public_key}
        named = {"file_name": file_name} if file_name else {}
        found = self._call("POST", "keys", wanted | named)
        shown: str = found["slots"]["current"]["fingerprint"]
        return shown

    def account(self, login: str) -> dict[str, Any]:
        """Its keys and everything that was counted."""
        found: dict[str, Any] = self._call("GET", f"accounts/{login}")
        return found

    def move_clock(self, seconds: int) -> None:
        self._call("POST", "clock", {"offset_seconds": seconds})
