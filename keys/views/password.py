"""The password of encrypted mapping files: typed twice, confirmed, never shown."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from keys import passwords as pure
from keys.forms import DayForm, PasswordForm
from keys.models import (
    EncryptionPassword,
    Environment,
    PasswordStatus,
    Platform,
    SftpAccount,
)
from keys.refusals import Refusal
from keys.selectors import passwords as selectors
from keys.services import passwords as services
from portal import clock
from portal.people import guards
from portal.people.guards import Acting, ActingRequest
from portal.people.models import Role

DRAFTED = (
    "The new password is in the store. Set the same one on ECP’s web, then confirm it "
    "here. Until then the old one stays in use."
)
CONFIRMED = "The new password is in use from now on."


@guards.member()
@require_safe
def encryption(request: ActingRequest, environment: str) -> HttpResponse:
    return _page(request, _environment(request.acting, environment))


@guards.member(Role.ADMIN)
@sensitive_post_parameters()
@require_POST
def draft(request: ActingRequest, environment: str) -> HttpResponse:
    """A new password, which waits until a person says that ECP has it."""
    at = _environment(request.acting, environment)
    form = PasswordForm(request.POST)
    if form.is_valid() and _draft(request, at, form):
        return _page_of(request, at)
    return _page(request, at, form=form)


@guards.member(Role.ADMIN)
@sensitive_post_parameters()
@require_POST
def rules(request: ActingRequest, environment: str) -> HttpResponse:
    """The rules on what is being typed: a partial, which keeps nothing."""
    _environment(request.acting, environment)
    form = PasswordForm(request.POST)
    form.is_valid()
    context = {"rules": _rules(form), "typed": bool(form.cleaned_data["password"])}
    return render(request, "keys/_password_rules.html", context)


@guards.member(Role.ADMIN)
@require_POST
def confirm(request: ActingRequest, environment: str) -> HttpResponse:
    """ECP has it since this day."""
    at = _environment(request.acting, environment)
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, at, confirm_form=form)
    drafted = _drafted(request.acting, at)

    def act() -> None:
        on = form.cleaned_data["on"]
        services.confirm(drafted, on, request.acting, clock.now())

    return _told(request, at, act, CONFIRMED)


@guards.member(Role.ADMIN)
@require_POST
def discard(request: ActingRequest, environment: str) -> HttpResponse:
    at = _environment(request.acting, environment)
    drafted = _drafted(request.acting, at)

    def act() -> None:
        services.discard(drafted, request.acting, clock.now())

    return _told(request, at, act, "The new password is discarded.")


@guards.member(Role.ADMIN)
@require_POST
def enable(request: ActingRequest, environment: str) -> HttpResponse:
    """Records what is set on ECP's web: it is on, or off."""
    at = _environment(request.acting, environment)
    is_on = request.POST.get("enabled") == "yes"

    def act() -> None:
        services.set_enabled(
            request.acting.participant, at, is_on, request.acting, clock.now()
        )

    word = "enabled" if is_on else "off"
    return _told(request, at, act, f"File encryption is recorded as {word}.")


def _environment(acting: Acting, text: str) -> Environment:
    """Raises Http404 where the participant has no ECP account."""
    mine = SftpAccount.objects.filter(
        participant=acting.participant,
        facility__platform=Platform.ECP,
        facility__environment=text,
    )
    if text not in Environment.values or not mine.exists():
        raise Http404
    return Environment(text)


def _drafted(acting: Acting, at: Environment) -> EncryptionPassword:
    return get_object_or_404(
        EncryptionPassword.objects.select_related("encryption__participant"),
        encryption__participant=acting.participant,
        encryption__environment=at,
        status=PasswordStatus.DRAFTED,
    )


def _draft(request: ActingRequest, at: Environment, form: PasswordForm) -> bool:
    acting, given = request.acting, form.cleaned_data
    try:
        services.draft(
            *(acting.participant, at, given["password"], given["again"]),
            *(acting, clock.now()),
        )
    except Refusal as refusal:
        for sentence in refusal.sentences:
            form.add_error("password", sentence)
        return False
    messages.success(request, DRAFTED)
    return True


def _rules(form: PasswordForm) -> list[pure.Rule]:
    given = form.cleaned_data if form.is_bound else {}
    return pure.rules(given.get("password", ""), given.get("again", ""))


def _told(
    request: ActingRequest, at: Environment, act: Callable[[], None], done: str
) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return _page_of(request, at)


def _page_of(request: ActingRequest, at: Environment) -> HttpResponse:
    return redirect("keys_encryption", request.acting.participant.code, at.value)


def _page(
    request: ActingRequest,
    at: Environment,
    form: PasswordForm | None = None,
    confirm_form: DayForm | None = None,
) -> HttpResponse:
    form = form or PasswordForm()
    participant = request.acting.participant
    view = selectors.encryption(participant, at, clock.today())
    context = {
        "environment": at,
        "view": view,
        "drafted": view.draft,
        # Of the form only its errors reach the page: it has the password in it.
        "errors": [str(e) for errors in form.errors.values() for e in errors],
        "rules": _rules(form),
        "confirm_form": confirm_form or DayForm(initial={"on": clock.today()}),
        "is_admin": Role.ADMIN in request.acting.roles,
    }
    faulty = form.is_bound or (confirm_form is not None)
    template = "keys/encryption.html"
    return render(request, template, context, status=422 if faulty else 200)
