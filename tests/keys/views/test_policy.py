"""The renewal policy: saved whole, and bounds on its days."""

import pytest
from django.test import Client

from keys.models import RenewalPolicy, SftpAccount

GOOD = {"is_enabled": "on", "days_before": "45", "approval_required": "on"}


def test_it_is_saved_whole(by_charlie: Client, ecp: SftpAccount, page: str) -> None:
    answer = by_charlie.post(f"{page}policy/", GOOD, follow=True)
    row = RenewalPolicy.objects.get(account=ecp)
    assert (row.is_enabled, row.days_before, row.approval_required) == (True, 45, True)
    assert "45 days before its end" in answer.content.decode()


@pytest.mark.parametrize("days", ["", "two", "3", "-1", "5000", "1" * 500])
def test_days_that_leave_no_time_are_refused(
    by_charlie: Client, page: str, days: str
) -> None:
    answer = by_charlie.post(f"{page}policy/", {**GOOD, "days_before": days})
    assert answer.status_code == 422
    assert not RenewalPolicy.objects.exists()
