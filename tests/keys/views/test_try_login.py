"""A test login: asked of the worker, never made by the web process."""

from django.test import Client

from keys.models import Login, SftpAccount


def test_it_asks_for_a_visit_and_logs_in_nowhere_itself(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    by_charlie.post(f"{page}test/")
    row = SftpAccount.objects.get(pk=ecp.pk)
    assert row.test_asked_at is not None
    assert row.visit_due_at is not None
    assert not Login.objects.exists()


def test_it_is_no_link(by_charlie: Client, page: str) -> None:
    assert by_charlie.get(f"{page}test/").status_code == 405
