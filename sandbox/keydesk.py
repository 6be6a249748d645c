"""Where public keys come in: over SFTP, answered by a file; or on the web, by word."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from asyncssh import SFTPPermissionDenied

from sandbox import attendance, keyresults, limits, pubfiles
from sandbox.accounts import Account, Accounts, read_public_key
from sandbox.faults import Fault
from sandbox.hktime import midnight
from sandbox.layout import SandboxError
from sandbox.platforms import RRS
from sandbox.rejection import Rejection, ours
from sandbox.shelf import NewFile
from sandbox.slots import SlotRefusal, fingerprint
from sandbox.trees import own_box

if TYPE_CHECKING:
    from sandbox.exchange import Exchange

_ENDURANCE = (".filepart", ".part", ".partial", ".tmp")
_ANOTHER = "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"


class KeyDesk:
    """Judges a key, registers it, and leaves the result in the login's key folder."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange

    def admit(self, account: Account, host: str, name: str) -> None:
        """Raise SFTPPermissionDenied for what is not taken (Guide B §2.1, §6.3)."""
        if name.endswith(_ENDURANCE):
            raise SFTPPermissionDenied("The endurance feature is not supported")
        if self.blocked_until(account) is not None:
            self._note(attendance.KEY_BLOCKED, account, host)
            raise SFTPPermissionDenied("Permission denied: too many keys uploaded")

    def blocked_until(self, account: Account) -> float | None:
        """When RRS will take keys again; None when it does."""
        if account.platform != RRS.name:
            return None
        now = self._exchange.clock.now()
        day_began = midnight(now).timestamp()
        since = min(day_began, now.timestamp() - limits.UPLOAD_WINDOW * 2)
        uploads = self._exchange.attendance.times(
            attendance.KEY_UPLOAD, account.login, since
        )
        return limits.blocked_until(uploads, now.timestamp(), day_began)

    def receive(self, account: Account, host: str, name: str, content: bytes) -> None:
        """An uploaded file: the key works from now on, or a .rej says why not."""
        self.admit(account, host, name)
        fault = self._exchange.faults.take("key_result", account.login, host)
        outcome = self._take_in(account, name, content, fault)
        if fault is None or fault.value != "none":
            self._answer(account, (name, len(content)), outcome, fault)
        facts: dict[str, Any] = {"file_name": name, "size": len(content)}
        if isinstance(outcome, Rejection):
            facts |= {"code": outcome.code, "reason": outcome.reason}
        else:
            facts |= {"fingerprint": outcome}
        word = "rejected" if isinstance(outcome, Rejection) else "accepted"
        self._note(attendance.KEY_UPLOAD, account, host, word, **facts)

    def _take_in(
        self, account: Account, name: str, content: bytes, fault: Fault | None
    ) -> str | Rejection:
        """The fingerprint of a key that was good, or what was wrong with it."""
        if fault and fault.value == "reject":
            return Rejection(
                fault.params.get("code", "9000"),
                fault.params.get("reason", "[sandbox] Rejected on request"),
            )
        verdict = pubfiles.judge(account.rules, name, content)
        if verdict is not None:
            return verdict
        key = pubfiles.read(content)
        if fault is None or fault.params.get("counts", True):
            try:
                self._exchange.accounts.renew(account.login, pubfiles.line_of(key))
            except SlotRefusal as exc:
                return ours(exc.number, str(exc))
        return fingerprint(key)

    def _answer(
        self,
        account: Account,
        file: tuple[str, int],
        outcome: str | Rejection,
        fault: Fault | None,
    ) -> None:
        rules, at = account.rules, self._exchange.clock.now()
        good = isinstance(outcome, str)
        told = _ANOTHER if good and fault and fault.value == "wrong" else outcome
        wait = self._exchange.settings.answer_seconds
        if fault and fault.value == "late":
            wait = fault.params.get("seconds", 60)
        content = keyresults.content(rules, file, at, told)
        new = NewFile(own_box(account), rules.key_folder, "", at, content)
        journal = self._exchange.journal
        with journal.transaction():
            journal.shelf.put_first(
                keyresults.names(rules, file[0], at, good),
                replace(new, visible_at=time.time() + wait),
            )

    def _note(
        self, kind: str, account: Account, host: str, detail: str = "", **rest: Any
    ) -> None:
        at = self._exchange.clock.now().timestamp()
        self._exchange.attendance.note(kind, account.login, host, at, detail, **rest)


def turn_key(accounts: Accounts, wanted: dict[str, Any]) -> Account:
    """register, renew or revoke, as on HKEX's pages; raises SandboxError."""
    login, action = str(wanted["login"]), wanted["action"]
    if action == "revoke":
        return accounts.revoke(login, wanted.get("fingerprint"))
    turns = {"register": accounts.register, "renew": accounts.renew}
    if action not in turns:
        raise SandboxError(f"The action is one of {[*turns, 'revoke']}.")
    return turns[action](login, _web_key(accounts.get(login), wanted))


def _web_key(account: Account, wanted: dict[str, Any]) -> str:
    """The key's line; with a `file_name` the file is judged as an upload is."""
    text = str(wanted["public_key"])
    if "file_name" in wanted:
        verdict = pubfiles.judge(account.rules, str(wanted["file_name"]), text.encode())
        if verdict is not None:
            raise SandboxError(f"{verdict.code} {verdict.reason}")
    return read_public_key(text, account.rules)
