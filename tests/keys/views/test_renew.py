"""Renewing asks first; overwriting says so; trying again, taking back."""

import datetime as dt

import pytest
from django.test import Client

from keys.models import KeyRenewal, RenewalPolicy, SftpAccount
from keys.renewal_states import RenewalStatus
from portal import clock
from tests.keys.views import builders

R = RenewalStatus


@pytest.fixture
def current(ecp: SftpAccount) -> None:
    builders.registered(ecp, clock.today() - dt.timedelta(400))


@pytest.mark.usefixtures("current")
def test_it_asks_first(by_charlie: Client, page: str) -> None:
    text = by_charlie.get(f"{page}renew/").content.decode()
    assert "14 days more at most" in text
    assert not KeyRenewal.objects.exists()


@pytest.mark.usefixtures("current")
def test_then_a_new_key_waits_for_the_next_visit(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    by_charlie.post(f"{page}renew/")
    renewal = KeyRenewal.objects.get()
    assert renewal.status == R.QUEUED
    assert SftpAccount.objects.get(pk=ecp.pk).visit_due_at is not None


@pytest.mark.usefixtures("current")
def test_a_policy_may_ask_for_an_approver(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    RenewalPolicy.objects.create(account=ecp, approval_required=True)
    answer = by_charlie.post(f"{page}renew/", follow=True)
    assert "waits for an approver" in answer.content.decode()
    assert KeyRenewal.objects.get().status == R.DRAFTED


@pytest.mark.usefixtures("current")
@pytest.mark.ledger("ECP-46/P")
def test_a_renewed_key_is_overwritten_only_when_that_is_said(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    builders.renewed(ecp)
    asked = by_charlie.get(f"{page}renew/").content.decode()
    assert "Replace the renewed key of" in asked
    refused = by_charlie.post(f"{page}renew/", follow=True).content.decode()
    assert "has a renewed key already" in refused
    by_charlie.post(f"{page}renew/", {"overwrite": "yes"})
    assert KeyRenewal.objects.get().overwrites


def test_without_a_working_key_it_leads_to_registration(
    by_charlie: Client, page: str
) -> None:
    text = by_charlie.get(f"{page}renew/").content.decode()
    assert "none can be renewed" in text
    refused = by_charlie.post(f"{page}renew/", follow=True).content.decode()
    assert "none can be renewed" in refused


def test_an_unconfirmed_one_is_tried_again(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    row = builders.renewal(ecp, R.UNCONFIRMED)
    by_charlie.post(f"{page}renew/try/")
    row.refresh_from_db()
    assert row.prove_next_at is not None


def test_a_queued_one_is_withdrawn_and_an_uploaded_one_is_not(
    by_charlie: Client, ecp: SftpAccount, page: str
) -> None:
    row = builders.renewal(ecp, R.AWAITING_RESULT)
    refused = by_charlie.post(f"{page}renew/withdraw/", follow=True).content.decode()
    assert "at HKEX already" in refused
    KeyRenewal.objects.update(status=R.QUEUED)
    by_charlie.post(f"{page}renew/withdraw/")
    row.refresh_from_db()
    assert row.status == R.WITHDRAWN
