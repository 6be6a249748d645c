"""The two key slots of a login: registered, renewed, overwritten, promoted, expired.

Guides A §3.5, B §6.1, C §6.1-6.3. `expires_on` is the first day without the key.
"""

from dataclasses import dataclass
from datetime import date

import asyncssh

from sandbox.layout import SandboxError
from sandbox.platforms import OLD_KEY_LASTS, Platform


class SlotRefusal(SandboxError):
    """The slots do not take this key now; `number` is the sandbox's own code."""

    def __init__(self, number: int, sentence: str) -> None:
        super().__init__(sentence)
        self.number = number


@dataclass(frozen=True)
class RegisteredKey:
    """`line` is the public key as OpenSSH writes it, without a comment."""

    line: str
    created_on: date
    expires_on: date

    @property
    def fingerprint(self) -> str:
        """MD5, 16 lower-case hex octets joined by colons (Guide A §4.6.1)."""
        return fingerprint(asyncssh.import_public_key(self.line))

    def view(self) -> dict[str, str]:
        """As the control API shows it."""
        return {
            "created_on": self.created_on.isoformat(),
            "expires_on": self.expires_on.isoformat(),
            "fingerprint": self.fingerprint,
        }


@dataclass(frozen=True)
class Slots:
    """At most two keys: the old one and the renewed one (Guide C §6.3)."""

    current: RegisteredKey | None = None
    renewed: RegisteredKey | None = None

    def on(self, day: date) -> "Slots":
        """What is left of them on a day: the renewed moves up when Current ends."""
        live = [key for key in self.keys if day < key.expires_on]
        return Slots(*live)

    @property
    def keys(self) -> list[RegisteredKey]:
        """Both, or one, or none; the current first."""
        return [key for key in (self.current, self.renewed) if key]

    def holds(self, line: str) -> bool:
        """Whether this very key is in a slot."""
        return line in {key.line for key in self.keys}

    def view(self) -> dict[str, dict[str, str] | None]:
        """As the control API shows them."""
        return {
            "current": self.current.view() if self.current else None,
            "renewed": self.renewed.view() if self.renewed else None,
        }


def register(platform: Platform, slots: Slots, line: str, day: date) -> Slots:
    """The first key becomes Current (Guide A §3.5.1).

    At RAP and RRS HKEX registers again whenever asked, in place of both (Guide C §6).
    """
    if platform.name == "ECP" and slots.on(day).current:
        raise SlotRefusal(9106, "There is a current key: renew it instead.")
    return Slots(RegisteredKey(line, day, platform.expires_on(day)))


def renew(platform: Platform, slots: Slots, line: str, day: date) -> Slots:
    """The new key is Renewed, over an earlier one; Current gets at most 14 days."""
    live = slots.on(day)
    if live.current is None:
        raise SlotRefusal(9107, "There is no current key to renew.")
    if live.holds(line):
        raise SlotRefusal(9105, "The key is registered already.")
    ends = min(live.current.expires_on, day + OLD_KEY_LASTS)
    old = RegisteredKey(live.current.line, live.current.created_on, ends)
    return Slots(old, RegisteredKey(line, day, platform.expires_on(day)))


def fingerprint(key: asyncssh.SSHKey) -> str:
    """MD5 of the key blob."""
    return key.get_fingerprint("md5").removeprefix("MD5:")
