"""The daily checkpoint: counts and hashes of all chains, signed, as text for a mail.

It is what leaves the machine: whoever can rewrite the database and holds the master
key too still cannot rewrite yesterday's mail. Signed with Ed25519 under a key derived
from the last master key, so that an auditor needs the public key alone.
"""

import base64
import datetime as dt
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal import clock, secrets
from portal.activity.models import (
    Activity,
    Chain,
    Checkpoint,
    Endpoint,
    Kind,
    Status,
)
from portal.activity.services import append
from portal.activity.verify import Fault

BEGIN = "-----BEGIN ACTIVITY CHECKPOINT-----"
END = "-----END ACTIVITY CHECKPOINT-----"
LINE = re.compile(r"chain: (.{1,20}) ([0-9]{1,18}) ([0-9a-f]{64}|-)")
TOO_LONG = 10_000_000  # bytes; a line a chain, so this is some 100,000 participants


class NotACheckpoint(Exception):
    """The text holds no checkpoint, or its signature is not this portal's."""


@dataclass(frozen=True)
class Mark:
    """Where one chain stood."""

    chain: str
    count: int
    last_hash: str


def make(day: dt.date, now: dt.datetime) -> Checkpoint | None:
    """Today's checkpoint, or None when it is made already. In a transaction of the
    caller's, who puts it in the outbox."""
    if made_on(day):
        return None
    text = compose(now, marks())
    made = Checkpoint.objects.create(day=day, made_at=now, text=text)
    append(
        None, Kind.CHECKPOINT, Endpoint.WEB, f"Checkpoint of [{day}]", Status.SUCCESSFUL
    )
    return made


def made_on(day: dt.date) -> bool:
    return Checkpoint.objects.filter(day=day).exists()


def marks() -> list[Mark]:
    heads = Chain.objects.order_by("name").values_list("name", "count", "last_hash")
    return [Mark(*head) for head in heads]


def compose(now: dt.datetime, at: list[Mark]) -> str:
    body = [f"made: {now.astimezone(clock.HONG_KONG).isoformat(timespec='seconds')}"]
    body += [f"chain: {m.chain} {m.count} {m.last_hash or '-'}" for m in at]
    signature = _key().sign(_signed("\n".join(body)))
    public = _key().public_key().public_bytes_raw()
    return "\n".join(
        [
            BEGIN,
            *body,
            f"public key: {base64.b64encode(public).decode()}",
            f"signature: {base64.b64encode(signature).decode()}",
            END,
        ]
    )


def parse(text: str) -> list[Mark]:
    """Out of a mail or file, whatever stands around it. Raises NotACheckpoint."""
    lines = [line.strip() for line in text[:TOO_LONG].splitlines()]
    try:
        block = lines[lines.index(BEGIN) + 1 : lines.index(END)]
    except ValueError:
        raise NotACheckpoint("The file holds no checkpoint.") from None
    if len(block) < 3 or not block[-1].startswith("signature: "):
        raise NotACheckpoint("The checkpoint is cut short.")
    body = "\n".join(block[:-2])
    try:
        signature = base64.b64decode(block[-1].removeprefix("signature: "))
        _key().public_key().verify(signature, _signed(body))
    except (InvalidSignature, ValueError):
        raise NotACheckpoint("Its signature is not this portal's.") from None
    matches = [LINE.fullmatch(line) for line in block[1:-2]]
    return [Mark(m[1], int(m[2]), m[3].strip("-")) for m in matches if m]


def compare(at: list[Mark]) -> list[Fault]:
    """The faults of the tables against a checkpoint: nothing it has seen is gone."""
    return [fault for mark in at if (fault := _compare(mark))]


def _compare(mark: Mark) -> Fault | None:
    chain = Chain.objects.filter(name=mark.chain).first()
    if chain is None:
        sentence = "the checkpoint knows this chain, the database does not."
        return Fault(mark.chain, 0, "no chain", sentence)
    if not mark.count:
        return None
    row = Activity.objects.filter(chain=chain, seq=mark.count).first()
    if row is None:
        sentence = f"the checkpoint has seen {mark.count} rows, this one is gone."
        return Fault(mark.chain, mark.count, "shorter", sentence)
    if row.hash != mark.last_hash:
        sentence = "the checkpoint has seen another row here."
        return Fault(mark.chain, mark.count, "other history", sentence)
    return None


def _signed(body: str) -> bytes:
    return b"portal activity checkpoint\n" + body.encode()


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(secrets.derive("activity checkpoint"))
