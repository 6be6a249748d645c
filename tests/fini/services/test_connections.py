"""From rows to a client: who may ask, with which keys, and what is written of it."""

import datetime as dt
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError

from fini import calls, names
from fini.errors import NoSlot
from fini.gateways import gateway
from fini.models import GatewayCall, Part, Profile
from fini.refusals import Refusal
from fini.services import budget, connections, reachability
from fini.services.connections import RowSeams, client_of, new_client
from portal import clock, secrets
from portal.people.models import Participant
from tests.fini.builders import profile_key
from tests.fini.client_builders import Fini
from tests.fini.profile_builders import DAY, jwk, profile, ready, registered
from tests.fini.test_access_tokens import Registered, signer
from tests.fini.tls_server import TOKEN_PATH, Server, ca_file

PAST = dt.timedelta(minutes=5)


def served_by(server: Server, settings: LazySettings, **limits: int) -> None:
    settings.FINI_GATEWAYS = {
        "sandbox": {"url": server.url, "audience": "", "ca_file": str(ca_file())}
    }
    settings.FINI_PER_COMPANY = limits.get("company", 0)
    settings.FINI_PER_MACHINE = limits.get("machine", 0)


def read(of: Profile) -> None:
    client = new_client(of)
    client.read(calls.ipo_list())
    client.close()


@pytest.fixture
def of(participant: Participant) -> Profile:
    return ready(participant)


def test_a_client_is_kept_while_nothing_changes(of: Profile, gateway_set: None) -> None:
    assert client_of(of) is client_of(Profile.objects.get(pk=of.pk))


@pytest.mark.parametrize(
    "change", [{"agent_issuer": "another"}, {"machine_uuid": "another"}]
)
def test_another_profile_makes_another_client(
    of: Profile, gateway_set: None, change: dict[str, str]
) -> None:
    before = client_of(of)
    Profile.objects.filter(pk=of.pk).update(**change)
    assert client_of(Profile.objects.get(pk=of.pk)) is not before


def test_another_key_makes_another_client(of: Profile, gateway_set: None) -> None:
    before = client_of(of)
    registered(of, Part.AGENT, key="newer agent")
    assert client_of(of) is not before


def test_another_gateway_makes_another_client(
    of: Profile, gateway_set: None, settings: LazySettings
) -> None:
    before = client_of(of)
    settings.FINI_PER_MACHINE = 7
    assert client_of(of) is not before


def test_without_a_gateway_it_is_said(of: Profile, settings: LazySettings) -> None:
    settings.FINI_GATEWAYS = {}
    with pytest.raises(Refusal, match="No FINI gateway is set"):
        client_of(of)


def test_a_profile_that_is_switched_off_asks_nothing(
    participant: Participant, gateway_set: None
) -> None:
    of = ready(participant)
    of.is_enabled = False
    with pytest.raises(Refusal, match="switched off"):
        client_of(of)


def unregistered(participant: Participant, **agent: Any) -> Profile:
    """With a machine's key that can sign, and such an agent's."""
    of = profile(participant)
    registered(of, Part.MACHINE, key="machine")
    jwk(of, Part.AGENT, key="agent", **agent)
    return of


@pytest.mark.parametrize(
    "agent",
    [
        {},
        {"registered_at": clock.real_now(), "retired_at": clock.real_now()},
        {"registered_at": clock.real_now() - 9 * DAY, "days": -1},
    ],
    ids=["not registered", "retired", "over"],
)
def test_only_registered_keys_that_work_sign(
    participant: Participant, gateway_set: None, agent: dict[str, Any]
) -> None:
    with pytest.raises(Refusal, match="not registered in full"):
        client_of(unregistered(participant, **agent))


def test_one_key_for_both_profiles_is_refused(
    participant: Participant, gateway_set: None
) -> None:
    of = profile(participant)
    registered(of, Part.AGENT, key="agent", created_at=clock.now())
    row = registered(of, Part.MACHINE, days=100, key="machine")
    pair = profile_key("agent")
    row.sealed_private = secrets.seal(
        pair.pem(), secrets.context("fini_profilejwk", row.pk, "sealed_private")
    )
    row.save()
    with pytest.raises(Refusal, match="same key"):
        client_of(of)


def test_a_key_of_another_row_does_not_open(
    participant: Participant, gateway_set: None
) -> None:
    of = ready(participant)
    row = of.jwks.get(part=Part.AGENT)
    row.sealed_private = of.jwks.get(part=Part.MACHINE).sealed_private
    row.save()
    with pytest.raises(secrets.CannotOpen):
        new_client(of)


class KnowsTheOld(Registered):
    kids = frozenset({profile_key("agent").kid})


class KnowsTheNew(Registered):
    kids = frozenset({profile_key("newer agent").kid})


def renewed(participant: Participant) -> Profile:
    """With an agent's key in use, and one that a person has said to be registered."""
    of = profile(participant)
    before = clock.now() - PAST
    proved: dict[str, Any] = {"registered_at": before, "proved_at": before}
    registered(of, Part.AGENT, key="agent", **proved)
    registered(of, Part.MACHINE, key="machine", **proved)
    registered(of, Part.AGENT, key="newer agent")
    return of


def test_the_newest_registered_key_signs_and_is_proved(
    participant: Participant, settings: LazySettings
) -> None:
    of = renewed(participant)
    with KnowsTheNew() as fini:
        served_by(fini, settings)
        read(of)
    newest = of.jwks.get(kid=profile_key("newer agent").kid)
    assert newest.proved_at is not None
    assert len(connections.signing([newest])) == 1


def test_a_new_key_that_hkex_has_not_taken_leaves_the_old_one_in_use(
    participant: Participant, settings: LazySettings
) -> None:
    of = renewed(participant)
    with KnowsTheOld() as fini:
        served_by(fini, settings)
        read(of)
    assert [signer(one) for one in fini.called(TOKEN_PATH)] == [
        profile_key("newer agent").kid,
        profile_key("agent").kid,
    ]
    assert of.jwks.get(kid=profile_key("newer agent").kid).proved_at is None


def test_a_proved_key_leaves_the_one_before_alone(
    participant: Participant, settings: LazySettings
) -> None:
    of = renewed(participant)
    of.jwks.update(proved_at=clock.now())
    with Registered() as fini:
        served_by(fini, settings)
        with pytest.raises(Exception, match="FINI gave no access token"):
            read(of)
    assert len(fini.called(TOKEN_PATH)) == 1


@pytest.mark.ledger("FINI-07/P")
def test_what_meta_says_is_kept_with_the_profile(
    of: Profile, settings: LazySettings
) -> None:
    with Fini() as fini:
        served_by(fini, settings)
        fini.now = lambda: clock.now().timestamp() - 3_600
        client = new_client(of)
        client.meta()
        client.close()
    kept = Profile.objects.get(pk=of.pk)
    assert -3_610_000 < kept.clock_offset_ms < -3_590_000
    assert kept.gateway_key
    assert kept.meta_at is not None


def test_each_call_is_a_row_with_how_it_went(
    of: Profile, settings: LazySettings
) -> None:
    with Fini() as fini:
        served_by(fini, settings, company=480, machine=60)
        read(of)
    row = GatewayCall.objects.get()
    assert (row.path, row.status) == (names.IPO_LIST, 200)
    assert row.milliseconds is not None


def test_without_limits_nothing_is_counted(of: Profile, settings: LazySettings) -> None:
    with Fini() as fini:
        served_by(fini, settings)
        read(of)
    assert GatewayCall.objects.count() == 0


def test_nobody_waits_for_a_slot_for_ever(
    of: Profile, gateway_set: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even a minute here: so long may nobody wait in this test."""
    seams = RowSeams(of, gateway("sandbox"))
    monkeypatch.setattr(connections, "WAIT_FOR_SLOT", dt.timedelta(seconds=1))
    GatewayCall.objects.bulk_create(
        GatewayCall(profile=of, at=clock.real_now(), path="/") for _ in range(60)
    )
    with pytest.raises(NoSlot, match="use up what FINI permits"):
        seams.slot(names.IPO_LIST)


def test_a_slot_is_waited_for(
    of: Profile, gateway_set: None, settings: LazySettings
) -> None:
    settings.FINI_PER_MACHINE = 1
    seams = RowSeams(of, gateway("sandbox"))
    full = budget.WINDOW + budget.MARGIN - dt.timedelta(seconds=0.1)
    GatewayCall.objects.create(profile=of, at=clock.real_now() - full, path="/")
    slot = seams.slot(names.IPO_LIST)
    assert slot is not None
    assert GatewayCall.objects.get(pk=slot.pk).path == names.IPO_LIST


def test_a_record_that_fails_costs_no_answer(
    of: Profile, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(budget, "ended", locked)
    monkeypatch.setattr(reachability, "reached", locked)
    with Fini() as fini:
        served_by(fini, settings, machine=60)
        read(of)
    assert len(fini.called(names.IPO_LIST)) == 1
