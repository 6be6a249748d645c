"""What a participant calls FINI's codes: an administrator's words."""

from fini.models import CodeKind, CodeLabel
from fini.services import gateway_records as records
from portal.activity import transaction
from portal.people.guards import Acting
from portal.people.models import Participant


def name(kind: CodeKind, code: str, label: str, acting: Acting) -> None:
    """From now on; with an empty label the portal's own word, or the code, again."""
    participant = acting.participant
    with transaction.atomic():
        if label:
            CodeLabel.objects.update_or_create(
                participant=participant,
                kind=kind,
                code=code,
                defaults={"label": label},
            )
            told = f"Call {kind.label} [{code}] [{label}]"
        elif _unnamed(participant, kind, code):
            told = f"Take back the label of {kind.label} [{code}]"
        else:
            return
        records.of_participant(participant, told, by=acting.user)


def _unnamed(participant: Participant, kind: CodeKind, code: str) -> bool:
    rows = CodeLabel.objects.filter(participant=participant, kind=kind, code=code)
    return bool(rows.delete()[0])
