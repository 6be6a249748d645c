"""Sign-in, sign-out and second factor: of allauth's pages only those we need."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from django.urls import path

from portal.people.guards import signed_in
from portal.people.views.invitation import invitation
from portal.people.views.second_step import second_step
from portal.people.views.set_up import remove, set_up
from portal.people.views.stay import stay

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/code/", second_step, name="mfa_authenticate"),
    path("logout/", account.logout, name="account_logout"),
    path("invitation/<uidb64>/<token>/", invitation, name="people_invitation"),
    path("stay/", stay, name="account_stay"),
    path("", signed_in(mfa.index), name="mfa_index"),
    path(
        "password/", signed_in(account.password_change), name="account_change_password"
    ),
    path("confirm/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("confirm/code/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("second-factor/", signed_in(set_up), name="mfa_activate_totp"),
    path("second-factor/remove/", signed_in(remove), name="mfa_deactivate_totp"),
    path(
        "recovery-codes/",
        signed_in(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "recovery-codes/new/",
        signed_in(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]
