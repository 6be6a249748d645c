"""An account's switches: whether it is visited, and whether it may change its site."""

from keys.models import SftpAccount
from keys.refusals import Refusal
from keys.selectors.facilities import FREE_TO_FAIL_OVER
from keys.services import records
from keys.services.wakes import visit_soon
from portal.activity import transaction
from portal.activity.models import Kind, Status
from portal.people.guards import Acting


def set_enabled(account: SftpAccount, is_enabled: bool, acting: Acting) -> None:
    """A disabled account is not visited; one that is enabled again is visited for
    what has waited. Raises Refusal when it is so already."""
    with transaction.atomic():
        _turn(account, "is_enabled", is_enabled)
        if is_enabled:
            visit_soon(account.pk)
        told = "Enable account" if is_enabled else "Disable account"
        status = Status.SUCCESSFUL if is_enabled else Status.WARNING
        records.of_account(account, Kind.ACCESS, told, by=acting.user, status=status)


def set_fail_over(account: SftpAccount, may_fail_over: bool, acting: Acting) -> None:
    """RAP and RRS: whether the secondary site is tried without HKEX's notice (RAP-21).
    Raises Refusal when it is so already, or at ECP, which needs no leave for it."""
    if account.facility.platform in FREE_TO_FAIL_OVER:
        raise Refusal(
            f"{account.facility.platform} needs no policy for this.",
            "Its hosts are tried in their order by themselves. Nothing was changed.",
        )
    with transaction.atomic():
        _turn(account, "may_fail_over", may_fail_over)
        word = "Allow" if may_fail_over else "Forbid"
        told = f"{word} the secondary site without HKEX's notice"
        records.of_account(account, Kind.FAIL_OVER, told, by=acting.user)


def _turn(account: SftpAccount, switch: str, wanted: bool) -> None:
    rows = SftpAccount.objects.filter(pk=account.pk).exclude(**{switch: wanted})
    if rows.update(**{switch: wanted}) != 1:
        raise Refusal(
            "It is so already: somebody was faster.",
            "Nothing was changed.",
            "Look at the account again.",
        )
    setattr(account, switch, wanted)
