"""Connection tests: asked for once at a time, walked as far as they come, kept."""

import datetime as dt

import pytest
from django.conf import LazySettings

from fini import names
from fini.models import ConnectionTest, Profile
from fini.refusals import Refusal
from fini.services import connection_tests
from fini.tasks import sweep_connection_tests
from fini.tasks import test_connection as walk
from portal import clock, wakeups
from portal.activity.models import Activity, Status
from portal.people.guards import Acting
from portal.people.models import Participant, User
from tests.fini.client_builders import Fini
from tests.fini.profile_builders import acting, profile, ready
from tests.fini.services.test_connections import served_by
from tests.fini.tls_server import Reply, Request, Server, written

NOW = dt.datetime(2026, 3, 6, 4, 0, tzinfo=dt.UTC)


class Answering(Fini):
    """By the machine's clock, 212 ms ahead; three IPOs."""

    def __init__(self) -> None:
        super().__init__()
        self.now = lambda: clock.real_now().timestamp() + 0.212

    def call(self, request: Request) -> Reply:
        return written(data=[{"ipoID": "1"}, {"ipoID": "2"}, {"ipoID": "3"}])


class NoIpos(Answering):
    def call(self, request: Request) -> Reply:
        return written(403, code="403", message="Not entitled.")


class NoToken(Answering):
    def token(self, request: Request) -> Reply:
        return written(401, error="invalid_client")


@pytest.fixture
def of(participant: Participant) -> Profile:
    return ready(participant)


@pytest.fixture
def by_charlie_acting(charlie: User, participant: Participant) -> Acting:
    return acting(charlie, participant)


def asked(of: Profile) -> ConnectionTest:
    return ConnectionTest.objects.create(profile=of, asked_at=NOW)


def walked(of: Profile, server: Server, settings: LazySettings) -> ConnectionTest:
    test = asked(of)
    served_by(server, settings)
    with server:
        walk(str(test.pk))
    test.refresh_from_db()
    return test


def outcomes(test: ConnectionTest) -> list[tuple[str, bool]]:
    return [(step["name"], step["ok"]) for step in test.steps]


@pytest.mark.ledger("FINI-07/P")
def test_a_walk_goes_from_token_to_meta_to_the_ipo_list(
    of: Profile, settings: LazySettings
) -> None:
    test = walked(of, Answering(), settings)
    assert outcomes(test) == [
        ("Access token", True),
        ("Crypto meta", True),
        ("IPO list", True),
    ]
    assert test.succeeded
    assert test.clock_offset_ms is not None
    assert abs(test.clock_offset_ms - 212) < 200
    assert "3 on its first page" in test.steps[2]["sentence"]
    assert test.ended_at is not None


def test_it_ends_where_a_step_fails(of: Profile, settings: LazySettings) -> None:
    test = walked(of, NoToken(), settings)
    assert outcomes(test) == [("Access token", False)]
    assert "invalid_client" in test.steps[0]["sentence"]
    assert test.clock_offset_ms is None
    assert Activity.objects.latest("seq").status == Status.FAILED


def test_what_came_before_the_failure_is_kept(
    of: Profile, settings: LazySettings
) -> None:
    test = walked(of, NoIpos(), settings)
    assert [ok for _, ok in outcomes(test)] == [True, True, False]
    assert "Not entitled." in test.steps[2]["sentence"]
    assert test.clock_offset_ms is not None


def test_a_gateway_that_is_not_there_is_a_failed_step(
    of: Profile, gateway_set: None
) -> None:
    test = asked(of)
    connection_tests.run(test.pk)
    test.refresh_from_db()
    assert outcomes(test) == [("Access token", False)]
    assert "not reachable" in test.steps[0]["sentence"]


def test_without_keys_the_test_says_so(
    participant: Participant, gateway_set: None
) -> None:
    test = asked(profile(participant))
    connection_tests.run(test.pk)
    test.refresh_from_db()
    assert outcomes(test) == [("Keys", False)]


def test_a_doubled_message_walks_once(of: Profile, settings: LazySettings) -> None:
    test, fini = asked(of), Answering()
    served_by(fini, settings)
    with fini:
        walk(str(test.pk))
        walk(str(test.pk))
    assert len(fini.called(names.IPO_LIST)) == 1


def test_a_test_that_is_being_walked_is_not_walked_beside(
    of: Profile, gateway_set: None
) -> None:
    test = asked(of)
    ConnectionTest.objects.update(began_at=clock.real_now())
    connection_tests.run(test.pk)
    test.refresh_from_db()
    assert test.ended_at is None


def test_to_ask_wakes_a_worker_and_is_recorded(
    of: Profile,
    by_charlie_acting: Acting,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    woken: list[tuple[str, object]] = []
    monkeypatch.setattr(wakeups, "wake", lambda name, pk: woken.append((name, pk)))
    test = connection_tests.ask(of, by_charlie_acting, NOW)
    assert woken == [("fini-test", test.pk)]
    assert (test.asked_by, test.asked_at) == (by_charlie_acting.user, NOW)
    assert Activity.objects.latest("seq").user == by_charlie_acting.user


def test_a_second_one_is_refused_until_the_first_has_ended(
    of: Profile, by_charlie_acting: Acting
) -> None:
    first = connection_tests.ask(of, by_charlie_acting, NOW)
    with pytest.raises(Refusal, match="under way"):
        connection_tests.ask(of, by_charlie_acting, NOW)
    ConnectionTest.objects.filter(pk=first.pk).update(ended_at=NOW)
    connection_tests.ask(of, by_charlie_acting, NOW)


def woken_by_sweep(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    woken: list[object] = []
    monkeypatch.setattr(wakeups, "wake", lambda name, pk: woken.append(pk))
    sweep_connection_tests()
    return woken


@pytest.mark.parametrize(
    ("began", "ended", "is_woken"),
    [
        (None, False, True),
        (dt.timedelta(seconds=5), False, False),
        (connection_tests.LOST_AFTER + dt.timedelta(seconds=1), False, True),
        (connection_tests.LOST_AFTER + dt.timedelta(seconds=1), True, False),
    ],
)
def test_the_sweep_finds_what_was_forgotten(
    of: Profile,
    monkeypatch: pytest.MonkeyPatch,
    began: dt.timedelta | None,
    ended: bool,
    is_woken: bool,
) -> None:
    test = asked(of)
    test.began_at = clock.real_now() - began if began else None
    test.ended_at = NOW if ended else None
    test.save()
    assert woken_by_sweep(monkeypatch) == ([test.pk] if is_woken else [])
