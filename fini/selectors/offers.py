"""What a person may choose from: IPOs that are listed, firms, types of document."""

from fini.codes import Labels
from fini.models import CodeKind, Ipo, Profile
from portal.people.models import IdentityKind, Participant

Choices = list[tuple[str, str]]


def ipos(profile: Profile) -> Choices:
    """Those that FINI lists now, by ID."""
    listed = Ipo.objects.filter(profile=profile, is_listed=True).order_by("ipo_id")
    return [(row.ipo_id, _words(row)) for row in listed]


def firms(participant: Participant) -> Choices:
    held = participant.identities.filter(kind=IdentityKind.FIRM_ID).order_by("code")
    return [(identity.code, identity.code) for identity in held]


def id_types(labels: Labels) -> Choices:
    held = sorted(code for kind, code in labels if kind == CodeKind.ID_TYPE)
    return [(code, f"{code}: {labels[CodeKind.ID_TYPE, code]}") for code in held]


def sub_flow_statuses(labels: Labels) -> Choices:
    kind = CodeKind.SUB_FLOW_STATUS
    return [(code, label) for (of, code), label in labels.items() if of == kind]


def _words(row: Ipo) -> str:
    return f"{row.ipo_id} (stock {row.stock_code})" if row.stock_code else row.ipo_id
