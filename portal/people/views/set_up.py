"""Setting up, and removing, the authenticator app."""

from typing import Any

from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.conf import settings
from django.http import HttpResponse
from django.utils.safestring import mark_safe

from portal.people import address, sessions
from portal.people.forms import FirstCode
from portal.people.services import sign_ins


class SetUpView(ActivateTOTPView):
    """Shows the QR code inline: the page's policy blocks images made of data."""

    form_class = FirstCode

    def form_valid(self, form: FirstCode) -> HttpResponse:
        response = super().form_valid(form)
        self.request.session[sessions.SECOND_FACTOR] = "totp"
        sign_ins.record_access(
            self.request.user, address.of(self.request), "Second factor set up"
        )
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return (
            context
            | {
                "qr": mark_safe(context["totp_svg"]),  # noqa: S308
                "secret": " ".join(
                    secret[start : start + 4] for start in range(0, len(secret), 4)
                ),
                "enforced": settings.DEPLOYMENT == "real",
            }
        )


class RemoveView(DeactivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        self.request.session[sessions.SECOND_FACTOR] = ""
        sign_ins.record_access(
            self.request.user, address.of(self.request), "Second factor removed"
        )
        return response


set_up = SetUpView.as_view()
remove = RemoveView.as_view()
