"""What happens backstage of funding: FINI lists, workers send, people have apps."""

from allauth.mfa.models import Authenticator

from fini.calls import Call
from fini.models import FundingProposal, Profile
from fini.services.funding import refreshing, sending
from fini.wire.answers import Answer
from portal.people.models import Participant, User
from tests.fini import profile_builders
from tests.fini.funding import builders
from tests.portal.people import builders as people

_fini = builders.Fini()
_count = iter(range(0, 10_000, 100))


def _profile() -> Profile:
    harbour = Participant.objects.get(code="CP00010")
    made = profile_builders.profile(harbour)
    if not made.ipos.exists():
        profile_builders.ipo(made, stock_code="9988")
    return made


def comes() -> None:
    """Five more transactions, as the design shows them, and one without an amount."""
    first = next(_count)
    for number, amount in enumerate((*builders.AMOUNTS, None)):
        one = builders.listed(first + number, amount)
        _fini.entries[one["transactionRef"]] = one
    refreshing.refresh(_fini, _profile(), builders.IPO)


def proposed() -> str:
    """By alice, of five that just came; answers its key."""
    comes()
    profile = _profile()
    lines = profile.funding.filter(status="10", decisions=None, amount__isnull=False)
    what = builders.wanted(list(lines.order_by("-transaction_ref")[:5])[::-1])
    alice = User.objects.get(username="alice")
    return str(builders.proposed(profile, alice, what).pk)


def changes(pk: str) -> None:
    """FINI lists another amount for the first of it."""
    row = FundingProposal.objects.get(pk=pk)
    first = row.decisions.order_by("transaction_ref")[0]
    _fini.entries[first.transaction_ref]["amount"] = "1.00"


def ended(pk: str) -> None:
    """bob approved it, and the last of it met an exception."""
    row = FundingProposal.objects.get(pk=pk)
    last = row.decisions.order_by("-transaction_ref")[0]
    builders.approved(row, User.objects.get(username="bob"))

    def refuse(at: builders.Fini, call: Call) -> Answer:
        wrong = {"recordErrorCode": "SBX299", "recordErrorMsg": "Not at this hour."}
        entries = [dict(one) for one in at.confirm(call).data]  # type: ignore[attr-defined]
        failed = {"transactionRef": last.transaction_ref, "exception": [wrong]}
        return builders.given([*entries[:-1], failed])

    _fini.faults.append(refuse)
    work()


def work() -> None:
    """The worker that an approval wakes."""
    for row in FundingProposal.objects.filter(status="queued"):
        sending.run(row.pk, _fini.of)


def sent() -> int:
    return len(_fini.sent)


def gets_an_app(name: str) -> None:
    people.with_app(User.objects.get(username=name))


def loses_the_app(name: str) -> None:
    Authenticator.objects.filter(user__username=name).delete()
