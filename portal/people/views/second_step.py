"""The second step of signing in: the one-time code, or a recovery code."""

from typing import Any

from allauth.mfa.base.views import AuthenticateView

from portal.people.forms import SignInCode


class SecondStepView(AuthenticateView):
    """allauth's, without its passkeys, and with the note of the last sign-in."""

    form_class = SignInCode

    def _build_forms(self) -> SignInCode:
        posted = self.request.POST if self.request.method == "POST" else None
        self.auth_form: SignInCode = self.get_form_class()(
            user=self.stage.login.user, data=posted
        )
        self.webauthn_form = None
        return self.auth_form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "person": self.stage.login.user,
            "recovery": "recovery" in self.request.GET,
        }


second_step = SecondStepView.as_view()
