"""Signs of life of the workers and of beat, and the alert when they stop."""

from portal import clock
from portal.activity import services as activity
from portal.activity import transaction
from portal.activity.models import Endpoint, Kind, Status
from portal.alerts import services as alerts
from portal.alerts.models import Alert, Severity
from portal.people.models import Participant
from transfers.models import WorkerHeartbeat
from transfers.selectors.heartbeats import VISITS, is_silent

KIND = "worker-silent"


def beat(name: str) -> None:
    """One more sign of life."""
    WorkerHeartbeat.objects.update_or_create(
        name=name, defaults={"at": clock.real_now()}
    )


def tell_of_silence() -> None:
    """By the sweep, which runs on the other worker, of the worker for visits."""
    silent = is_silent(VISITS)
    told = Alert.objects.filter(kind=KIND, key=VISITS, resolved_at=None).exists()
    if silent != told:
        _tell(silent)


def _tell(silent: bool) -> None:
    served = Participant.objects.filter(accounts__is_enabled=True).distinct()
    with transaction.atomic():
        for participant in served.order_by("code"):
            if silent:
                _raise(participant)
            else:
                alerts.resolve(KIND, VISITS, participant=participant)
            activity.append(
                participant,
                Kind.FACILITY,
                Endpoint.WEB,
                "The worker that visits HKEX " + ("is silent" if silent else "is back"),
                Status.FAILED if silent else Status.SUCCESSFUL,
                topics=("alerts", "strip"),
            )


def _raise(participant: Participant) -> None:
    alerts.raise_(
        KIND,
        VISITS,
        participant=participant,
        severity=Severity.BAD,
        title="The worker that visits HKEX is silent",
        body="It has shown no sign of life for a minute. Nothing is sent to HKEX, "
        "and no answer is looked for. Start the worker of the queue “visits” again.",
    )
