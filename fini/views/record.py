"""One record by form: added, changed, or invalidated."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from fini.batch_forms import RecordForm
from fini.models import EipoSubscription, Profile
from fini.refusals import Refusal
from fini.selectors import batches as selectors
from fini.selectors import codes, offers, records
from fini.services import single
from portal import clock
from portal.people import guards
from portal.people.guards import ActingRequest
from portal.people.models import Role

NOT_TYPED = (
    "What you typed is not the own reference of this record. Nothing was made. "
    "Type it as it stands above."
)


@require_http_methods(["GET", "HEAD", "POST"])
@guards.member(Role.OPERATOR)
@never_cache
def add(request: ActingRequest) -> HttpResponse:
    profiles = selectors.profiles(request.acting.participant)
    profile = _named(request, profiles)
    form = _form(request, profiles, profile)
    if request.method == "POST" and profile is not None and form.is_valid():
        try:
            batch = single.add(profile, form.cells, request.acting, clock.now())
        except (single.Unfit, Refusal) as why:
            _blame(form, why)
        else:
            return redirect("fini_batch", request.acting.participant.code, batch.pk)
    context = {"form": form, "profiles": profiles, "profile": profile}
    return _page(request, "add", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@guards.member(Role.OPERATOR)
@never_cache
def change(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    target = _target(request, pk)
    profile = target.batch.profile
    form = _form(request, [profile], profile)
    if request.method == "POST" and form.is_valid():
        try:
            batch = single.change(target, form.cells, request.acting, clock.now())
        except (single.Unfit, Refusal) as why:
            _blame(form, why)
        else:
            return redirect("fini_batch", request.acting.participant.code, batch.pk)
    return _page(request, "change", {"form": form, **_shown(request, target)}, form)


@require_http_methods(["GET", "HEAD", "POST"])
@guards.member(Role.OPERATOR)
def invalidate(request: ActingRequest, pk: uuid.UUID) -> HttpResponse:
    """The own reference is typed: a click alone ends nobody's subscription."""
    target = _target(request, pk)
    errors: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            if request.POST.get("own_ref", "").strip() != target.own_ref:
                raise Refusal(NOT_TYPED)
            batch = single.invalidate(target, request.acting, clock.now())
        except Refusal as why:
            errors = why.sentences
        else:
            return redirect("fini_batch", request.acting.participant.code, batch.pk)
    context = {"errors": errors, **_shown(request, target)}
    status = 422 if errors else 200
    return render(request, "fini/batches/invalidate.html", context, status=status)


def _named(request: ActingRequest, profiles: list[Profile]) -> Profile | None:
    """The one that is chosen, else the first."""
    told = request.POST.get("profile") or request.GET.get("profile", "")
    first = profiles[0] if profiles and not told else None
    return next((p for p in profiles if str(p.pk) == told), first)


def _form(
    request: ActingRequest, profiles: list[Profile], profile: Profile | None
) -> RecordForm:
    labels = codes.labels(request.acting.participant)
    return RecordForm(
        profiles,
        offers.ipos(profile) if profile else [],
        offers.firms(request.acting.participant),
        offers.id_types(labels),
        request.POST if request.method == "POST" else None,
    )


def _target(request: ActingRequest, pk: uuid.UUID) -> EipoSubscription:
    """Raises Http404 for another participant's."""
    target = records.one(request.acting.participant, pk)
    if target is None:
        raise Http404
    return target


def _shown(request: ActingRequest, target: EipoSubscription) -> dict[str, object]:
    labels = codes.labels(request.acting.participant)
    return {
        "target": target,
        "masked": records.masked(target, labels),
        "reaches": target.batch.profile.get_environment_display(),
    }


def _blame(form: RecordForm, why: single.Unfit | Refusal) -> None:
    if isinstance(why, single.Unfit):
        form.blame(why.problems)
    else:
        form.add_error(None, str(why))


def _page(
    request: ActingRequest, name: str, context: dict[str, object], form: RecordForm
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, f"fini/batches/{name}.html", context, status=status)
