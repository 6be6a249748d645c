"""The arithmetic of the chain: canonical bytes, row hashes and the head's MAC.

HMAC-SHA-256 under keys derived from the LAST of MASTER_KEYS (portal.secrets.derive):
a newer master key is put in front of it and changes no chain; removing the last one
makes every chain unreadable to verification.
"""

import datetime as dt
import hmac
import json

from portal import secrets
from portal.activity.models import Activity, Chain


def canonical(row: Activity) -> bytes:
    """The bytes that are hashed: JSON, sorted keys, no spaces, ASCII. They are the same
    for a row just made and for one read again from SQLite or PostgreSQL."""
    return _json(
        {
            "id": str(row.pk),
            "chain": str(row.chain_id),
            "seq": row.seq,
            "at": row.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "endpoint": str(row.endpoint),
            "kind": str(row.kind),
            "description": row.description,
            "status": str(row.status),
            "user": str(row.user_id or ""),
            "refs": row.refs,
            "topics": row.topics,
            "previous": row.previous,
        }
    )


def hash_of(row: Activity) -> str:
    return _mac("activity chain", canonical(row))


def head_mac(chain: Chain) -> str:
    """Over the head row: who it belongs to, its count and the last row's hash."""
    return _mac(
        "activity head",
        _json(
            {
                "id": str(chain.pk),
                "name": chain.name,
                "participant": str(chain.participant_id or ""),
                "count": chain.count,
                "last_hash": chain.last_hash,
            }
        ),
    )


def head_is_ours(chain: Chain) -> bool:
    return hmac.compare_digest(head_mac(chain).encode(), chain.mac.encode())


def storable(text: str) -> str:
    """What both databases give back as it was put: no NUL (PostgreSQL refuses it), no
    lone surrogates (they are no UTF-8); both are shown as their escapes."""
    whole = text.encode("utf-8", "backslashreplace").decode()
    return whole.replace("\x00", "\\x00")


def _json(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def _mac(purpose: str, body: bytes) -> str:
    return hmac.digest(secrets.derive(purpose), body, "sha256").hex()
