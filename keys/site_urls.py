"""The addresses of the site admin's pages, under /site/facilities/."""

from django.urls import URLPattern, path

from keys.views import facilities, facility, host_keys, hosts, preflight

_ONE, _HOST = "<uuid:pk>/", "hosts/<uuid:pk>/"
urlpatterns: list[URLPattern] = [
    path("", facilities.facilities, name="facilities"),
    path("add/", facilities.add, name="facility_add"),
    path(_ONE, facility.facility, name="facility"),
    path(f"{_ONE}bandwidth/", facility.bandwidth, name="facility_bandwidth"),
    path(f"{_ONE}notice/", facility.notice, name="facility_notice"),
    path(f"{_ONE}notice/end/", facility.end_notice, name="facility_notice_end"),
    path(_HOST, hosts.host, name="host"),
    path(f"{_HOST}state/", hosts.state, name="host_state"),
    path(f"{_HOST}pre-flight/", preflight.pre_flight, name="host_pre_flight"),
    path(f"{_HOST}propose/", host_keys.propose, name="host_propose"),
    path(f"{_HOST}fingerprint/", host_keys.fingerprint, name="host_fingerprint"),
    path(f"{_HOST}decide/", host_keys.decide, name="host_decide"),
]
