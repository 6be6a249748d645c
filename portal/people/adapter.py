"""allauth's seams: no sign-up, locks, sealed second factors, the record."""

import datetime as dt
import time
from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from qrcode.image.svg import SvgPathFillImage

from portal import clock, secrets
from portal.people import address, sessions, throttles
from portal.people.models import User
from portal.people.services import sign_ins

SECRET_BOUND_TO = secrets.context("mfa_authenticator", "any", "data")
WRONG = (
    "This user name and password do not belong together. Nobody was signed in. Type"
    " both again; after three wrong passwords the account is locked for 15 minutes."
)
LOCKED = (
    "There were three wrong passwords for this user name. It is locked until"
    " {until:%H:%M}, even for the right password. Try again then, or ask your"
    " administrator."
)
TOO_MANY = (
    "There were too many wrong tries, from here or for this user name. Nothing more"
    " is checked for a while. Try again in 15 minutes, or ask your administrator."
)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "too_many_login_attempts": TOO_MANY,
        "enter_current_password": "This is not your current password. Nothing was"
        " changed. Type the password that you signed in with.",
        "incorrect_password": "This is not your password. Nothing was changed. Type"
        " the password that you signed in with.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        until = throttles.locked_until(credentials.get("username", ""))
        if until is not None:
            raise ValidationError(_locked(until), code="locked")
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """The same for a name that nobody has: nothing here tells names apart."""
        name = credentials.get("username", "")
        locks = throttles.note_wrong_password(name)
        user = User.objects.filter(username__iexact=name).first()
        why = "Wrong password, asked again" if request.user.is_authenticated else ""
        why = why or "Wrong password"
        if locks:
            why += "; the third: locked for 15 minutes"
        sign_ins.record_refusal(user, address.of(request), why)
        if locks:
            until = time.time() + throttles.LOCK_SECONDS
            raise ValidationError(_locked(until), code="locked")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        why = "The account is switched off"
        sign_ins.record_refusal(user, address.of(request), why)
        return HttpResponseRedirect(f"{reverse('account_login')}?ended=inactive")

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        second_factor = sessions.begin(
            request.session, get_authentication_records(request, user)
        )
        sign_ins.record_sign_in(user, address.of(request), second_factor)

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            sign_ins.record_sign_out(user, address.of(request))

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        came_from = address.of(self.request)
        sign_ins.record_access(user, came_from, "Password changed")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """The page after a sign-in or a sign-out says so by itself."""
        if message_template not in {
            "account/messages/logged_in.txt",
            "account/messages/logged_out.txt",
        }:
            super().add_message(request, level, message_template, *args, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who signed in within the last minutes is not asked at once again."""
        records = get_authentication_records(self.request, self.request.user)
        newest = max((record["at"] for record in records), default=0)
        return bool(time.time() - newest >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


class MfaAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        """allauth does not say whose secret it is: sealed, bound to the table only."""
        return secrets.seal(text.encode(), SECRET_BOUND_TO).hex()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = bytes.fromhex(encrypted_text)
        return secrets.open(sealed, SECRET_BOUND_TO).decode()

    def build_totp_svg(self, url: str) -> str:
        """Black on white in either theme; drawn inline, without a style."""
        drawing = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage, border=4).save(drawing)
        text = drawing.getvalue().decode()
        return text[text.index("<svg") :]

    def get_totp_label(self, user: User) -> str:
        return user.username

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """A real deployment keeps it: a lost second factor is reset by others."""
        return bool(settings.DEPLOYMENT != "real")


def _locked(until: float) -> str:
    at = dt.datetime.fromtimestamp(until, clock.HONG_KONG)
    return LOCKED.format(until=at + dt.timedelta(minutes=1))
