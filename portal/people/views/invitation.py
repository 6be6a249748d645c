"""An invited person's first password, by the link in the mail."""

from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portal.people import address
from portal.people.models import User
from portal.people.services import invitations


class InvitationView(PasswordResetConfirmView):
    """Django's: the token moves from the address into the session at once."""

    template_name = "account/invitation.html"
    token_generator = invitations.token
    reset_url_token = "password"  # noqa: S105  (a part of the address)

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        invitations.accept(
            form.user, form.cleaned_data["new_password1"], address.of(self.request)
        )
        self.request.session.flush()
        return HttpResponseRedirect(f"{reverse('account_login')}?ended=password_set")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"person": self.user}


invitation = InvitationView.as_view()
