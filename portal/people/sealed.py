"""Second factors under the newest master key: allauth keeps them as sealed hex."""

from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator

from portal import resealing, secrets
from portal.people.adapter import SECRET_BOUND_TO


def reseal() -> Iterator[str]:
    """Each authenticator is one row: "done", "kept", or "unopened" and its key."""
    for row in Authenticator.objects.order_by("pk").iterator(chunk_size=500):
        try:
            anew = _anew(row.data)
        except secrets.CannotOpen:
            yield f"unopened mfa_authenticator {row.pk} data"
            continue
        if anew == row.data:
            yield "kept"
            continue
        # Only over what was opened: a recovery code may be used meanwhile.
        rows = Authenticator.objects.filter(pk=row.pk, data=row.data)
        yield "done" if rows.update(data=anew) else "kept"


def _anew(value: Any) -> Any:
    """Sealed texts wherever they lie in it; all else as it is."""
    if isinstance(value, dict):
        return {name: _anew(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_anew(part) for part in value]
    return _sealed_anew(value) if isinstance(value, str) else value


def _sealed_anew(text: str) -> str:
    try:
        sealed = bytes.fromhex(text)
    except ValueError:
        return text
    too_short = len(sealed) < secrets.HEAD_SIZE + secrets.NONCE_SIZE
    if too_short or sealed[:1] != secrets.VERSION or resealing.is_newest(sealed):
        return text
    plain = secrets.open(sealed, SECRET_BOUND_TO)
    return secrets.seal(plain, SECRET_BOUND_TO).hex()
