"""SFTP accounts as HKEX knows them, one JSON file each, read at every login."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import asyncssh

from sandbox import slots as slots_module
from sandbox.accountrules import check, check_addresses
from sandbox.catalogue import FILE_IDS
from sandbox.hktime import Clock
from sandbox.layout import SandboxError, write_atomically
from sandbox.platforms import ECP, Platform, platform_of
from sandbox.pubfiles import line_of
from sandbox.slots import RegisteredKey, Slots

SUBSCRIPTIONS = ("DCASS", "CCMS")  # what a RAP account may receive (Guide C §4.2)


@dataclass(frozen=True)
class Account:
    """One login; `public_keys` are OpenSSH lines, `identities` (kind, code) pairs.

    `keys` are the same with their dates, as they were at the last change: ask `slots`.
    """

    login: str
    participant: str
    kind: str = "EP"
    public_keys: list[str] = field(default_factory=list)
    identities: list[tuple[str, str]] = field(default_factory=list)
    file_ids: list[str] = field(default_factory=lambda: list(FILE_IDS))
    remote_ips: list[str] = field(default_factory=lambda: ["127.0.0.1"])
    consent: bool = True
    encryption_enabled: bool = False
    encryption_password: str | None = None
    platform: str = "ECP"
    subscriptions: list[str] = field(default_factory=lambda: list(SUBSCRIPTIONS))
    keys: list[RegisteredKey] = field(default_factory=list)

    def entitled_to(self, identity_kind: str, code: str) -> bool:
        """Whether the account may submit under this identity code (Guide A §4.4)."""
        return (identity_kind, code) in self.identities

    @property
    def rules(self) -> Platform:
        """Its platform's row."""
        return platform_of(self.platform)

    def slots(self, day: date) -> Slots:
        """The keys that work on a Hong Kong day."""
        return Slots(*self.keys).on(day)

    def with_slots(self, slots: Slots) -> "Account":
        """The account with these keys."""
        return replace(self, keys=slots.keys, public_keys=[k.line for k in slots.keys])

    def public_view(self, day: date) -> dict[str, Any]:
        """What the console may show: no key, no password."""
        view = asdict(self)
        del view["keys"]
        view["slots"] = self.slots(day).view()
        view["public_keys"] = len(self.slots(day).keys)
        view["encryption_password"] = self.encryption_password is not None
        return view


def read_public_key(text: str, platform: Platform = ECP) -> str:
    """An RSA key of a size that the platform takes, OpenSSH or RFC 4716."""
    try:
        key = asyncssh.import_public_key(text)
    except (asyncssh.KeyImportError, ValueError) as exc:
        raise SandboxError(f"This is no public key: {exc}.") from None
    name = platform.name
    if key.get_algorithm() != "ssh-rsa":
        raise SandboxError(f"{name} takes RSA keys only, not {key.get_algorithm()}.")
    bits = getattr(key.pyca_key, "key_size", 0)
    if bits not in platform.bits:
        raise SandboxError(f"{name} does not take keys of {bits} bits.")
    return line_of(key)


def parse_account(fields: dict[str, Any]) -> Account:
    """An account out of JSON or the command line, checked; raises SandboxError."""
    platform = platform_of(fields.get("platform", ECP.name))
    defaults: dict[str, Any] = {"file_ids": []} if platform is not ECP else {}
    try:
        account = Account(
            **{
                **defaults,
                **fields,
                "identities": [(k, code) for k, code in fields.get("identities", [])],
                "public_keys": [
                    read_public_key(key, platform)
                    for key in fields.get("public_keys", [])
                ],
                "keys": [_key(stored) for stored in fields.get("keys", [])],
            }
        )
        check(account)
    except (KeyError, TypeError, ValueError) as exc:
        raise SandboxError(f"The account is incomplete or malformed: {exc}.") from None
    return account


def _key(stored: dict[str, str]) -> RegisteredKey:
    created_on, expires_on = (
        date.fromisoformat(stored[name]) for name in ("created_on", "expires_on")
    )
    return RegisteredKey(stored["line"], created_on, expires_on)


class Accounts:
    """The accounts folder."""

    def __init__(self, state: Path, clock: Clock | None = None) -> None:
        self._folder = state / "accounts"
        self._clock = clock or Clock(state)

    def find(self, login: str) -> Account | None:
        """The account as it stands on disk now, None if there is none."""
        if not ECP.login.fullmatch(login):
            return None
        path = self._folder / f"{login}.json"
        try:
            account = parse_account(json.loads(path.read_text(encoding="utf-8")))
        except (FileNotFoundError, SandboxError, ValueError):
            return None
        # A disk that knows no case must not let a small letter in (Guide C §3.1).
        if account.login != login:
            return None
        if account.public_keys and not account.keys:
            # From before keys had dates: they count from the day they are found.
            account = self._write(account.with_slots(self._new_slots(account)))
        return account

    def get(self, login: str) -> Account:
        """The account; raises SandboxError."""
        account = self.find(login)
        if account is None:
            raise SandboxError("There is no such login.")
        return account

    def save(self, account: Account) -> Account:
        """Register the account, or replace it whole.

        Its `public_keys` are registered today, the first as Current, the second as
        Renewed; those of an account that has just these keys keep their dates.
        """
        if not account.keys:
            account = account.with_slots(self._slots_for(account))
        check_addresses(account, self._others(account))
        self._write(account)
        return account

    def register(self, login: str, line: str) -> Account:
        """A first key (Guide A §3.5.1), or HKEX's registration anew at RAP and RRS."""
        return self._turn(login, slots_module.register, line)

    def renew(self, login: str, line: str) -> Account:
        """Put a key into the Renewed slot, on the web or over SFTP (Guide A §4.6)."""
        return self._turn(login, slots_module.renew, line)

    def revoke(self, login: str, fingerprint: str | None = None) -> Account:
        """HKEX's staff take one key away, or all."""
        account = self.get(login)
        live = account.slots(self._clock.today())
        kept = [k for k in live.keys if fingerprint not in (None, k.fingerprint)]
        if len(kept) == len(live.keys):
            raise SandboxError("There is no such key.")
        return self._write(account.with_slots(Slots(*kept)))

    def set_addresses(self, login: str, remote_ips: list[str]) -> Account:
        """Replace the remote addresses; at RAP and RRS those of the whole CP."""
        account = replace(self.get(login), remote_ips=remote_ips)
        check(account)
        fellows = self._others(account) if account.rules.shared_addresses else []
        check_addresses(account, [])
        for one in fellows:
            self._write(replace(one, remote_ips=remote_ips))
        return self._write(account)

    def addresses(self, account: Account) -> set[str]:
        """From where the login may come: RAP and RRS register them for the CP."""
        fellows = self._others(account) if account.rules.shared_addresses else []
        return {ip for one in (account, *fellows) for ip in one.remote_ips}

    def all(self) -> list[Account]:
        """Every account, by login."""
        names = sorted(path.stem for path in self._folder.glob("[!.]*.json"))
        return [found for name in names if (found := self.find(name))]

    def _others(self, account: Account) -> list[Account]:
        """The participant's other accounts on the platform."""
        same = (account.platform, account.participant)
        return [
            one
            for one in self.all()
            if (one.platform, one.participant) == same and one.login != account.login
        ]

    def _slots_for(self, account: Account) -> Slots:
        before = self.find(account.login)
        if before and before.platform == account.platform:
            live = before.slots(self._clock.today())
            if [key.line for key in live.keys] == account.public_keys:
                return live
        return self._new_slots(account)

    def _new_slots(self, account: Account) -> Slots:
        day = self._clock.today()
        slots = Slots()
        for line, turn in zip(
            account.public_keys,
            (slots_module.register, slots_module.renew),
            strict=False,
        ):
            slots = turn(account.rules, slots, line, day)
        return slots

    def _turn(
        self,
        login: str,
        turn: Callable[[Platform, Slots, str, date], Slots],
        line: str,
    ) -> Account:
        account = self.get(login)
        day = self._clock.today()
        return self._write(
            account.with_slots(turn(account.rules, account.slots(day), line, day))
        )

    def _write(self, account: Account) -> Account:
        text = json.dumps(asdict(account), indent=2, default=str) + "\n"
        write_atomically(self._folder / f"{account.login}.json", text)
        return account
