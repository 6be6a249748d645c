"""Public halves of keys as files: what HKEX takes; each download is recorded."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from keys.models import SftpAccount, SshKey
from keys.packs import PackRefused
from keys.selectors import keys as selectors
from keys.selectors.packs import pack_of
from keys.services.exports import record_pack, record_public_half
from keys.views.lookups import account_of, key_of, page_of
from portal.people import guards
from portal.people.guards import ActingRequest

_FORMS = {"pub": selectors.key_file, "fpt": selectors.fingerprint_text}


@guards.member()
@require_GET
def public(request: ActingRequest, pk: uuid.UUID, form: str) -> HttpResponse:
    """`form`: "pub" (SSH2), "fpt" (the fingerprint as text) or "line" (OpenSSH)."""
    key = key_of(request.acting, pk)
    name, content = _line(key) if form == "line" else _file(key, form)
    record_public_half(key, name, request.acting.user)
    return _attached(name, content, "text/plain; charset=us-ascii")


@guards.member()
@require_GET
def pack(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    account = account_of(request.acting, pk)
    try:
        made = pack_of(account)
    except PackRefused as no:
        messages.error(request, _with_step(no, account))
        return page_of(account)
    record_pack(account, made.name, request.acting.user)
    return _attached(made.name, made.content, "application/zip")


def _with_step(no: PackRefused, account: SftpAccount) -> str:
    """The sentence, and a link to where it is mended. RRS's other account may not be
    here yet: then it is added first."""
    if not no.next_step:
        return no.sentence
    code = account.participant.code
    other = SftpAccount.objects.filter(
        facility=account.facility,
        participant=account.participant,
        login_id=no.login_id,
    ).first()
    if other is None:
        path, words = reverse("keys_add", args=[code]), f"Add {no.login_id}"
    elif no.next_step == "make":
        path = reverse("keys_make", args=[code, other.pk])
        words = f"Make a key of {no.login_id}"
    else:
        path = reverse("keys_addresses", args=[code, account.pk])
        words = "Record the addresses"
    return format_html('{} <a href="{}">{}</a>', no.sentence, path, words)


def _file(key: SshKey, form: str) -> tuple[str, bytes]:
    make = _FORMS.get(form)
    if make is None:
        raise Http404
    return make(key)


def _line(key: SshKey) -> tuple[str, bytes]:
    name = selectors.key_file(key)[0].removesuffix(".pub")
    return f"{name}.openssh.pub", f"{key.public_line} {name}\n".encode()


def _attached(name: str, content: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
