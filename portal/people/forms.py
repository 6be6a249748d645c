"""The one-time code, checked by allauth and told in our words, on the record."""

import time
from collections.abc import Mapping
from typing import Any

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django import forms
from django.core.exceptions import ValidationError

from portal.people import address, throttles
from portal.people.models import User
from portal.people.services import sign_ins

EARLIER = "That code was for an earlier half minute. Type the one shown now."
USED = "That code was used already. Wait for the next one, and type that."
WRONG = (
    "That is not the code shown now. Look at the entry of this portal in your app, and"
    " see that your phone's clock is right."
)
SHORT = "The code has six digits; a recovery code has eight."
OF_THE_APP = (
    "The code of your authenticator app has six digits. A recovery code is not taken "
    "for a decision."
)
NO_APP = (
    "You have no authenticator app set up, and this asks for its code. Set it up under "
    "your name, then decide."
)
EARLIER_CODES = 10  # five minutes back


class OurCode(forms.Form):
    """What sign-in and reauthentication have in common."""

    user: User
    told_as = "Wrong one-time code"

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).replace(" ", "")
        self.cleaned_data["code"] = code
        try:
            super().clean_code()  # type: ignore[misc]
        except ValidationError as fault:
            raise self._told(code, fault) from None
        if not throttles.first_use(self.user.pk, code):
            raise self._refused(USED)
        return code

    def _told(self, code: str, fault: ValidationError) -> ValidationError:
        """Too many tries are not written down one by one: the third is."""
        if getattr(fault, "code", "") == "too_many_login_attempts":
            return fault
        used = throttles.was_used(self.user.pk, code)
        return self._refused(USED if used else why_wrong(self.user, code))

    def _refused(self, sentence: str) -> ValidationError:
        came_from = address.of(context.request)
        sign_ins.record_refusal(self.user, came_from, self.told_as)
        return ValidationError(sentence, code="incorrect_code")


class SignInCode(OurCode, base.AuthenticateForm):
    """The second step of signing in."""


class ConfirmCode(OurCode, base.ReauthenticateForm):
    """The code again, before something sensitive."""


class _AppAlone(base.BaseAuthenticateForm):
    """allauth's check without recovery codes: those are for getting in."""

    def clean_code(self) -> str:
        clear_rate_limit = check_rate_limit(self.user)
        code = str(self.cleaned_data["code"])
        app = _app_of(self.user)
        if app is None or not app.wrap().validate_code(code):
            raise get_adapter().validation_error("incorrect_code")
        clear_rate_limit()
        return code


class DecisionCode(OurCode, _AppAlone):
    """The app's code for one decision: throttled, and taken once for anything."""

    told_as = "Wrong one-time code for a decision"

    def __init__(self, user: User, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(user=user, data=data)  # type: ignore[call-arg]

    def _told(self, code: str, fault: ValidationError) -> ValidationError:
        if _app_of(self.user) is None:
            return self._refused(NO_APP)
        if len(code) == 8 and code.isdecimal():
            return self._refused(OF_THE_APP)
        return super()._told(code, fault)


class FirstCode(ActivateTOTPForm):
    """Proves that the app was set up right."""

    def clean_code(self) -> str:
        self.cleaned_data["code"] = self.cleaned_data["code"].replace(" ", "")
        try:
            return str(super().clean_code())
        except ValidationError as fault:
            if getattr(fault, "code", "") != "incorrect_code":
                raise
            raise ValidationError(WRONG, code="incorrect_code") from None


def why_wrong(user: User, code: str) -> str:
    """The sentence for a wrong code; an earlier one of this person's app is named."""
    if not code.isdecimal() or len(code) not in (6, 8):
        return SHORT
    app = _app_of(user)
    if app is None:
        return WRONG
    secret = get_adapter().decrypt(app.data["secret"])
    now = int(time.time()) // app_settings.TOTP_PERIOD
    earlier = [
        format_hotp_value(hotp_value(secret, now - back))
        for back in range(1, EARLIER_CODES + 1)
    ]
    return EARLIER if code in earlier else WRONG


def _app_of(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
