"""Whether a gateway answers, as rows: written when it changes, else once a minute."""

import datetime as dt
import threading

from django.db.models import F
from django.db.models.functions import Coalesce

from fini.models import Profile
from fini.services import gateway_records as records
from portal import fanout
from portal.activity import transaction
from portal.activity.models import Endpoint, Status
from portal.alerts import services as alerts
from portal.alerts.models import Alert, Severity

AT_MOST_EVERY = dt.timedelta(minutes=1)
ALERT_AFTER = dt.timedelta(minutes=2)  # one lost answer is no outage
ALERT = "fini-unreachable"
TOPICS = ("strip", "fini")


class Watch:
    """What one client of a profile learns. It remembers what it wrote, so that a
    thousand good calls cost no thousand statements."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._line = threading.Lock()
        self._written: tuple[str | None, dt.datetime] | None = None

    def reached(self, real_now: dt.datetime) -> None:
        """It gave a reply, whatever it was."""
        if self._is_news("", real_now):
            reached(self._profile, real_now)

    def unreachable(self, sentence: str, real_now: dt.datetime) -> None:
        if self._is_news(sentence, real_now):
            unreachable(self._profile, sentence, real_now)

    def _is_news(self, sentence: str, real_now: dt.datetime) -> bool:
        with self._line:
            said, at = self._written or (None, real_now)
            if said == sentence and at <= real_now < at + AT_MOST_EVERY:
                return False
            self._written = sentence, real_now
            return True


def reached(profile: Profile, real_now: dt.datetime) -> None:
    row = Profile.objects.filter(pk=profile.pk)
    with transaction.atomic():
        back = row.filter(unreachable_since__isnull=False).update(
            reached_at=real_now, unreachable_since=None, unreachable_sentence=""
        )
        if not back:
            row.update(reached_at=real_now)
            return
        fanout.tell(profile.participant_id, None, TOPICS)
        if alerts.resolve(ALERT, str(profile.pk), participant=profile.participant):
            _record(profile, "Reach the gateway again", Status.SUCCESSFUL)


def unreachable(profile: Profile, sentence: str, real_now: dt.datetime) -> None:
    """`sentence` is the error's, for the profile's page; after two minutes an alert."""
    row = Profile.objects.filter(pk=profile.pk)
    with transaction.atomic():
        is_new = row.filter(unreachable_since=None).exists()
        row.update(
            unreachable_since=Coalesce(F("unreachable_since"), real_now),
            unreachable_sentence=sentence,
        )
        if is_new:
            fanout.tell(profile.participant_id, None, TOPICS)
        elif row.filter(unreachable_since__lte=real_now - ALERT_AFTER).exists():
            _alarm(profile, sentence)


def _alarm(profile: Profile, sentence: str) -> None:
    key = str(profile.pk)
    told = Alert.objects.filter(kind=ALERT, key=key, resolved_at=None)
    if told.filter(participant=profile.participant).exists():
        return
    alerts.raise_(
        ALERT,
        key,
        participant=profile.participant,
        severity=Severity.BAD,
        title=f"FINI’s gateway does not answer: {profile}",
        body=sentence,
    )
    _record(profile, "Lose the gateway", Status.FAILED)


def _record(profile: Profile, what: str, status: Status) -> None:
    records.of_profile(
        profile, what, status=status, endpoint=Endpoint.API, topics=("strip",)
    )
