"""From a profile's rows to a client of its gateway, kept per process."""

import datetime as dt
import itertools
import logging
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError

from fini import gateways
from fini.assertions import Applicant
from fini.client import Client
from fini.errors import NoSlot
from fini.gateways import Gateway, NoGateway
from fini.models import Part, Profile, ProfileJwk
from fini.profile_keys import NotAProfileKey, ProfileKey
from fini.refusals import Refusal
from fini.seams import Slot
from fini.services import budget, jwks, reachability
from fini.wire.access import CryptoMeta
from portal import clock, secrets

logger = logging.getLogger(__name__)
WAIT_FOR_SLOT = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Pair:
    """One registered key: its row, and the loaded half that signs."""

    row: ProfileJwk
    key: ProfileKey


@contextmanager
def _not_at_the_cost_of_the_answer() -> Iterator[None]:
    """What FINI did is known by now, and worth more than our record of the call."""
    try:
        yield
    except DatabaseError as failed:
        logger.warning("a call of FINI was not recorded: %s", type(failed).__name__)


class RowSeams:
    """What a client needs of our tables and clocks."""

    def __init__(self, profile: Profile, gateway: Gateway) -> None:
        self._profile, self._gateway = profile, gateway
        self._proved = set[str]()
        self._watch = reachability.Watch(profile)

    def now(self) -> dt.datetime:
        return clock.now()

    def monotonic(self) -> float:
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def slot(self, path: str) -> Slot | None:
        if not (self._gateway.per_company or self._gateway.per_machine):
            return None
        give_up = clock.real_now() + WAIT_FOR_SLOT
        while True:
            got = budget.take(self._profile, self._gateway, path, clock.real_now)
            if not isinstance(got, dt.timedelta):
                return Slot(got.pk, got.at)
            if clock.real_now() + got > give_up:
                raise NoSlot(
                    "Other calls of this company use up what FINI permits a minute. "
                    "Nothing was sent. It is tried again by itself."
                )
            time.sleep(got.total_seconds())

    def age(self, slot: Slot) -> float:
        return (clock.real_now() - slot.at).total_seconds()

    def ended(self, slot: Slot, status: int | None, milliseconds: int) -> None:
        with _not_at_the_cost_of_the_answer():
            budget.ended(slot.pk, status, milliseconds)

    def meta_changed(self, meta: CryptoMeta, clock_offset_ms: int) -> None:
        Profile.objects.filter(pk=self._profile.pk).update(
            gateway_key=meta.public_key,
            clock_offset_ms=clock_offset_ms,
            meta_at=clock.now(),
        )

    def let_in(self, applicant: Applicant) -> None:
        """The first token proves the keys that signed for it."""
        kids = {applicant.agent_key.kid, applicant.machine_key.kid}
        if kids <= self._proved:
            return
        ProfileJwk.objects.filter(
            profile=self._profile, kid__in=kids, proved_at=None
        ).update(proved_at=clock.now())
        self._proved |= kids

    def reached(self) -> None:
        with _not_at_the_cost_of_the_answer():
            self._watch.reached(clock.real_now())

    def unreachable(self, sentence: str) -> None:
        with _not_at_the_cost_of_the_answer():
            self._watch.unreachable(sentence, clock.real_now())


_kept: dict[uuid.UUID, tuple[object, Client]] = {}
_keeping = threading.Lock()


def client_of(profile: Profile) -> Client:
    """This process's client, the same as long as its profile, keys and gateway are.

    Raises Refusal (no gateway, switched off, no registered key that still works),
    secrets.CannotOpen, GatewayUnreachable for an unreadable CA file.
    """
    gateway, rows = _ready(profile)
    same = (gateway, _names(profile), tuple(row.pk for row in rows))
    with _keeping:
        found = _kept.get(profile.pk)
        if found is None or found[0] != same:
            # Whoever still uses the one before goes on with it.
            found = _kept[profile.pk] = same, _client(profile, gateway, rows)
        return found[1]


def new_client(profile: Profile) -> Client:
    """One of its own, with nothing remembered: for a connection test, which closes
    it. Raises what client_of() raises."""
    gateway, rows = _ready(profile)
    return _client(profile, gateway, rows)


def signing(newest_first: Sequence[ProfileJwk]) -> Sequence[ProfileJwk]:
    """Of one part's registered keys: the newest, and while no token has proved it, the
    one before it too. HKEX may not have taken the newest yet."""
    is_proved = bool(newest_first) and newest_first[0].proved_at is not None
    return newest_first[: 1 if is_proved else 2]


def _ready(profile: Profile) -> tuple[Gateway, list[ProfileJwk]]:
    if not profile.is_enabled:
        raise Refusal(
            f"The FINI profile {profile} is switched off.",
            "Nothing is sent for it.",
            "An administrator switches it on.",
        )
    try:
        gateway = gateways.gateway(profile.environment)
    except NoGateway as none:
        raise Refusal(str(none)) from None
    registered = ProfileJwk.objects.filter(
        profile=profile,
        registered_at__isnull=False,
        retired_at=None,
        expires_at__gt=clock.now(),
    )
    rows = list(registered.order_by("-registered_at", "pk"))
    chosen = [
        row for part in Part for row in signing([r for r in rows if r.part == part])
    ]
    if {row.part for row in chosen} != set(Part.values) or not profile.machine_uuid:
        raise Refusal(
            f"The FINI profile {profile} is not registered in full.",
            "FINI gives a token only to an agent and a machine profile that each have "
            "a registered key that still works, and a UUID.",
            "Record the registration on the profile’s page.",
        )
    return gateway, chosen


def _names(profile: Profile) -> tuple[str, ...]:
    return profile.company_id.code, profile.agent_issuer, profile.machine_uuid


def _client(profile: Profile, gateway: Gateway, rows: Iterable[ProfileJwk]) -> Client:
    pairs = [_Pair(row, _loaded(row)) for row in rows]
    agents = [pair.key for pair in pairs if pair.row.part == Part.AGENT]
    machines = [pair.key for pair in pairs if pair.row.part == Part.MACHINE]
    try:
        applicants = [
            Applicant(
                audience=gateway.audience,
                agent_issuer=profile.agent_issuer,
                company_id=profile.company_id.code,
                machine_uuid=profile.machine_uuid,
                agent_key=agent,
                machine_key=machine,
                client_assertion_type=gateway.client_assertion_type,
            )
            for agent, machine in itertools.product(agents, machines)
        ]
    except ValueError:
        raise Refusal(
            f"The agent and the machine profile of {profile} have the same key.",
            "FINI refuses one key for both.",
            "Make a new pair for one of them, and register it.",
        ) from None
    return Client(
        gateway,
        applicants,
        RowSeams(profile, gateway),
        clock_offset_ms=profile.clock_offset_ms,
    )


def _loaded(row: ProfileJwk) -> ProfileKey:
    try:
        return jwks.open_private(row)
    except NotAProfileKey as damaged:
        raise secrets.CannotOpen(str(damaged)) from None
