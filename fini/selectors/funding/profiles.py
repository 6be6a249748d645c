"""Which profiles may fund, and the IPOs that there are to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from fini import names
from fini.models import FundingLine, FundingList, Ipo, Profile
from fini.selectors import offers
from portal.people.guards import Acting
from portal.people.models import Participant


@dataclass(frozen=True, slots=True)
class IpoChoice:
    ipo_id: str
    words: str  # with its stock code and name, as far as they are known
    pending: int


def entitled(participant: Participant) -> list[Profile]:
    """Those with EU_finiPOFundAPI: what HKEX gives to EIPO designated banks only."""
    rows = Profile.objects.filter(participant=participant, may_fund=True)
    return list(
        rows.select_related("participant", "company_id").order_by("environment")
    )


def has_any(acting: Acting) -> bool:
    """Whether the menu has the page."""
    rows = Profile.objects.filter(participant=acting.participant, may_fund=True)
    return rows.exists()


def ipos(profile: Profile) -> Sequence[IpoChoice]:
    """Of the board, and whatever was asked for before: three queries."""
    listed = dict(offers.ipos_ever(profile))
    asked = FundingList.objects.filter(profile=profile).values_list("ipo_id", flat=True)
    pending = dict(
        FundingLine.objects.filter(profile=profile)
        .values_list("ipo_id")
        .annotate(number=Count("pk", Q(status=names.FUNDING_PENDING, is_listed=True)))
    )
    every = sorted({*listed, *asked, *pending}, key=lambda ipo: (len(ipo), ipo))
    return [IpoChoice(i, listed.get(i, i), pending.get(i, 0)) for i in every]


def stock_code(profile: Profile, ipo_id: str) -> str:
    rows = Ipo.objects.filter(profile=profile, ipo_id=ipo_id)
    return rows.values_list("stock_code", flat=True).first() or ""
