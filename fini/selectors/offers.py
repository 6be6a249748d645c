"""What a person may choose from: IPOs that are listed, firms, types of document."""

from collections.abc import Collection, Iterable

from fini import ipo_fields
from fini.codes import Labels
from fini.models import CodeKind, Ipo, Profile
from portal.people.models import IdentityKind, Participant

Choices = list[tuple[str, str]]


def ipos(profile: Profile) -> Choices:
    """Those that FINI lists now, by ID."""
    listed = Ipo.objects.filter(profile=profile, is_listed=True).order_by("ipo_id")
    return _words(listed)


def ipos_ever(profile: Profile) -> Choices:
    """Also those that FINI lists no more, which come last."""
    every = Ipo.objects.filter(profile=profile).order_by("-is_listed", "ipo_id")
    return _words(every)


def beside(profile: Profile, ipo_ids: Collection[str]) -> dict[str, str]:
    """Stock code and name of each, as far as FINI told them."""
    rows = Ipo.objects.filter(profile=profile, ipo_id__in=ipo_ids) if ipo_ids else ()
    return {row.ipo_id: _beside(row).removeprefix(", ") for row in rows}


def firms(participant: Participant) -> Choices:
    held = participant.identities.filter(kind=IdentityKind.FIRM_ID).order_by("code")
    return [(identity.code, identity.code) for identity in held]


def id_types(labels: Labels) -> Choices:
    held = sorted(code for kind, code in labels if kind == CodeKind.ID_TYPE)
    return [(code, f"{code}: {labels[CodeKind.ID_TYPE, code]}") for code in held]


def sub_flow_statuses(labels: Labels) -> Choices:
    kind = CodeKind.SUB_FLOW_STATUS
    return [(code, label) for (of, code), label in labels.items() if of == kind]


def _words(rows: Iterable[Ipo]) -> Choices:
    return [(row.ipo_id, f"{row.ipo_id}{_beside(row)}") for row in rows]


def _beside(row: Ipo) -> str:
    """ ", stock 9988, Sandbox Harbour Holdings Limited", to stand after an ID."""
    stock = f"stock {row.stock_code}" if row.stock_code else ""
    told = (stock, ipo_fields.name_of(row.reference))
    return "".join(f", {one}" for one in told if one)
