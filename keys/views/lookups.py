"""What a page of keys is about: the participant's own account or key, or nothing."""

import uuid
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from keys.models import SftpAccount, SshKey
from keys.selectors.wings import WINGS, has_sftp
from portal.people.guards import Acting, ActingRequest

OfAccount = Callable[[ActingRequest, SftpAccount], HttpResponse]
OfKey = Callable[[ActingRequest, SshKey], HttpResponse]
ByPk = Callable[[ActingRequest, uuid.UUID], HttpResponse]


def account_of(acting: Acting, pk: uuid.UUID) -> SftpAccount:
    """Raises Http404 for another participant's."""
    rows = SftpAccount.objects.select_related(
        "facility", "participant", "renewal_policy"
    )
    return get_object_or_404(rows, pk=pk, participant=acting.participant)


def key_of(acting: Acting, pk: uuid.UUID) -> SshKey:
    """Raises Http404 for another participant's."""
    rows = SshKey.objects.select_related("account__facility", "account__participant")
    return get_object_or_404(rows, pk=pk, account__participant=acting.participant)


def with_account(view: OfAccount) -> ByPk:
    """The view manages an account's access; not one that signs in through WINGS."""

    @wraps(view)
    def by_pk(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
        account = account_of(request.acting, pk)
        return _not_offered(request, account) or view(request, account)

    return by_pk


def with_key(view: OfKey) -> ByPk:
    """The same for one of its keys."""

    @wraps(view)
    def by_pk(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
        key = key_of(request.acting, pk)
        return _not_offered(request, key.account) or view(request, key)

    return by_pk


def page_of(account: SftpAccount) -> HttpResponse:
    return redirect("keys_account", account.participant.code, account.pk)


def _not_offered(request: ActingRequest, account: SftpAccount) -> HttpResponse | None:
    if has_sftp(account):
        return None
    messages.error(request, WINGS)
    return page_of(account)
