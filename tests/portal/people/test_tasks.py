"""Sessions that are over do not pile up."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.test import Client

from portal import clock
from portal.people.models import User
from portal.people.tasks import clear_sessions
from tests.portal.people.builders import sign_in


def test_only_sessions_that_are_over_are_cleared(
    client: Client, alice: User, bob: User
) -> None:
    sign_in(client, "alice")
    yesterday = clock.real_now() - dt.timedelta(days=1)
    Session.objects.update(expire_date=yesterday)
    other = Client()
    sign_in(other, "bob")
    clear_sessions()
    assert [row.pk for row in Session.objects.all()] == [other.session.session_key]
