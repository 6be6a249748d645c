"""Host keys: seen by a pre-flight or typed by a person, confirmed by a second one."""

import datetime as dt
import re

from django.conf import settings

from keys import approvals as bound
from keys.models import (
    Facility,
    Host,
    HostKeyConfirmation,
    HostKeySource,
    PreFlight,
)
from keys.refusals import Refusal
from keys.selectors import hosts
from keys.services import records
from portal.activity import transaction
from portal.activity.models import Status
from portal.alerts import services as alerts
from portal.approvals import services as approvals
from portal.approvals.models import Approval
from portal.exchange import hosts as exchange
from portal.exchange import preflight
from portal.exchange.algorithms import HKEX
from portal.exchange.errors import ExchangeError
from portal.exchange.fingerprints import md5_fingerprint, sha256_fingerprint
from portal.people.models import User

APPROVE_WITHIN = dt.timedelta(days=3)
NOTHING = "Nothing was changed."
_SHA256 = re.compile(r"SHA256:[A-Za-z0-9+/]{43}=?")
_MD5 = re.compile(r"(?:MD5:)?((?:[0-9a-f]{2}:){15}[0-9a-f]{2})")


def pre_flight(
    host: Host, now: dt.datetime, *, source_address: str | None = None
) -> PreFlight:
    """What the host offers, learned without a login; kept. Not in a transaction.
    Raises Refusal when nobody answers."""
    limits = exchange.Limits(
        connect_seconds=settings.CONNECT_SECONDS, call_seconds=settings.CALL_SECONDS
    )
    try:
        offer = preflight.offered(
            exchange.Host(host.address, host.port),
            source_address=source_address,
            limits=limits,
        )
    except ExchangeError as no:
        raise Refusal(no.sentence, "Nothing was learned.", "Try again later.") from None
    names = {
        "kex": list(offer.kex),
        "ciphers": list(offer.ciphers),
        "macs": list(offer.macs),
        "host_keys": list(offer.host_keys),
        "signatures": list(offer.signatures),
    }
    return PreFlight.objects.create(
        host=host,
        at=now,
        host_key=offer.host_key,
        offer=names,
        shared={kind: _shared(kind, said) for kind, said in names.items()},
        missing=offer.missing,
    )


def propose_host_key(
    seen: PreFlight, by: User, now: dt.datetime
) -> HostKeyConfirmation:
    """The key that the host showed; a second site admin confirms it after comparing
    it with HKEX's. Raises Refusal."""
    if not seen.host_key:
        raise Refusal("The host has shown no key.", NOTHING, "Make a pre-flight again.")
    fingerprint = sha256_fingerprint(_blob(seen.host_key))
    return _propose(
        seen.host, HostKeySource.PRE_FLIGHT, seen.host_key, fingerprint, by, now
    )


def propose_fingerprint(
    host: Host, fingerprint: str, by: User, now: dt.datetime
) -> HostKeyConfirmation:
    """Typed from HKEX's notice, SHA256:… or MD5; held against the last pre-flight,
    whose key is what gets pinned. Raises Refusal: another form, another key."""
    typed = fingerprint.strip()
    seen = host.pre_flights.exclude(host_key="").order_by("-at").first()
    if seen is None:
        raise Refusal(
            "The host’s key is not known yet.", NOTHING, "Make a pre-flight first."
        )
    blob = _blob(seen.host_key)
    if _SHA256.fullmatch(typed):
        same = typed.rstrip("=") == sha256_fingerprint(blob)
    elif found := _MD5.fullmatch(typed.lower().replace("md5:", "")):
        same = found[1] == md5_fingerprint(blob)
    else:
        raise Refusal(
            "This is no fingerprint.",
            NOTHING,
            "Type SHA256: and 43 characters, or 16 pairs of hex digits.",
        )
    if not same:
        raise Refusal(
            "The host shows another key than this fingerprint’s.",
            "Somebody else may be answering there. " + NOTHING,
            "Ask HKEX.",
        )
    return _propose(
        host,
        HostKeySource.TYPED,
        seen.host_key,
        sha256_fingerprint(blob),
        by,
        now,
    )


def approved(approval: Approval, now: dt.datetime) -> None:
    """The key is pinned; a halted facility goes on when no other host of it still
    shows a changed key."""
    said = _said(approval)
    host = said.host
    HostKeyConfirmation.objects.filter(pk=said.pk).update(
        confirmed_by=approval.decided_by, confirmed_at=now
    )
    Host.objects.filter(pk=host.pk).update(host_key=said.host_key, confirmed_at=now)
    left = [one for one in hosts.changed(host.facility_id) if one.pk != host.pk]
    if not left:
        Facility.objects.filter(pk=host.facility_id).update(halted_since=None)
    alerts.resolve(hosts.ALERT, str(host.pk), participant=None)
    records.of_facility(
        host.facility,
        f"Confirm host key [{said.fingerprint}] of [{host}]",
        by=approval.decided_by,
    )


def not_approved(approval: Approval, now: dt.datetime) -> None:
    said = _said(approval)
    records.of_facility(
        said.host.facility,
        f"Do not confirm host key [{said.fingerprint}] of [{said.host}]",
        by=approval.decided_by,
        status=Status.WARNING,
    )


def host_of(approval: Approval) -> Host:
    return _said(approval).host


def _said(approval: Approval) -> HostKeyConfirmation:
    return HostKeyConfirmation.objects.select_related("host__facility").get(
        pk=approval.object_pk
    )


def _propose(
    host: Host,
    source: HostKeySource,
    line: str,
    fingerprint: str,
    by: User,
    now: dt.datetime,
) -> HostKeyConfirmation:
    if host.confirmations.filter(approval__status="pending").exists():
        raise Refusal(
            "A key of this host waits for its confirmation already.",
            NOTHING,
            "Confirm or decline that one first.",
        )
    with transaction.atomic():
        said = HostKeyConfirmation.objects.create(
            host=host,
            source=source,
            host_key=line,
            fingerprint=fingerprint,
            replaces=host.host_key,
            requested_by=by,
            requested_at=now,
        )
        said.approval = approvals.request(
            bound.HOST_KEY,
            said.pk,
            bound.host_key_payload(said.pk),
            now + APPROVE_WITHIN,
            participant=None,
            subject=f"host key [{fingerprint}] of [{host}]",
            requested_by=by,
            now=now,
        )
        said.save(update_fields=["approval"])
        records.of_facility(
            host.facility,
            f"Propose host key [{fingerprint}] of [{host}]",
            by=by,
            status=Status.PENDING,
        )
    return said


def _shared(kind: str, said: list[str]) -> list[str]:
    ours = {
        "kex": HKEX.kex,
        "ciphers": HKEX.ciphers,
        "macs": HKEX.macs,
        "host_keys": HKEX.host_keys,
        "signatures": HKEX.signatures,
    }[kind]
    return [name for name in said if name in ours]


def _blob(line: str) -> bytes:
    return exchange.Host("", 0, line).pinned or b""
