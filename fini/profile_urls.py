"""The addresses of profiles, their keys and connection tests."""

from django.urls import URLPattern, path

from fini.views import jwks, profile, profiles

_ONE, _KEY = "<uuid:pk>/", "keys/<uuid:pk>/"
_PART = f"{_ONE}<str:part>/"
urlpatterns: list[URLPattern] = [
    path("", profiles.profiles, name="fini_profiles"),
    path("add/", profiles.add, name="fini_profile_add"),
    path(_ONE, profile.profile, name="fini_profile"),
    path(f"{_ONE}edit/", profiles.edit, name="fini_profile_edit"),
    path(f"{_ONE}enabled/", profiles.enabled, name="fini_profile_enabled"),
    path(f"{_ONE}test/", profile.test, name="fini_profile_test"),
    path(f"{_PART}make/", jwks.make, name="fini_jwk_make"),
    path(f"{_PART}compare/", jwks.compare, name="fini_jwks_compare"),
    path(f"{_KEY}register/", jwks.register, name="fini_jwk_register"),
    path(f"{_KEY}retire/", jwks.retire, name="fini_jwk_retire"),
]
