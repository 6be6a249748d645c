"""The addresses of personal data."""

from django.urls import URLPattern, path

from fini.views import erasures, people, person

urlpatterns: list[URLPattern] = [
    path("", people.people, name="fini_people"),
    path("more/", people.more, name="fini_people_more"),
    path("erasures/", erasures.erasures, name="fini_erasures"),
    path("erasures/propose/", erasures.propose, name="fini_erasure_propose"),
    path(
        "erasures/<uuid:pk>/withdraw/", erasures.withdraw, name="fini_erasure_withdraw"
    ),
    path("<uuid:pk>/", person.person, name="fini_person"),
]
