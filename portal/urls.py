"""The root of the addresses; apps are named as strings only."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("portal.people.urls")),
    path("", include("portal.pages.urls")),
    path("p/<slug:participant>/activity/", include("portal.activity.urls")),
    path("p/<slug:participant>/approvals/", include("portal.approvals.urls")),
    path("p/<slug:participant>/keys/", include("keys.urls")),
    path("p/<slug:participant>/expiry/", include("keys.expiry_urls")),
    path("calendar/", include("keys.calendar_urls")),
    path("p/<slug:participant>/", include("transfers.urls")),
    path("p/<slug:participant>/fini/", include("fini.urls")),
    path("site/facilities/", include("keys.site_urls")),
    path("site/trading-days/", include("portal.tradingdays.urls")),
]

handler400 = "portal.pages.views.errors.bad_request"
handler403 = "portal.pages.views.errors.not_allowed"
handler404 = "portal.pages.views.errors.not_found"
handler500 = "portal.pages.views.errors.broken"
