"""The addresses of FINI, under /p/<code>/fini/."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("profiles/", include("fini.profile_urls")),
    path("ipos/", include("fini.ipo_urls")),
    path("subscriptions/", include("fini.batch_urls")),
    path("funding/", include("fini.funding_urls")),
    path("people/", include("fini.people_urls")),
]
