"""The addresses of approvals, under /p/<code>/approvals/."""

from django.urls import URLPattern, path

from portal.approvals.views.decide import decide
from portal.approvals.views.thing import thing
from portal.approvals.views.waiting import waiting

urlpatterns: list[URLPattern] = [
    path("", waiting, name="approvals"),
    path("<uuid:pk>/", thing, name="approval"),
    path("<uuid:pk>/decide/", decide, name="approval_decide"),
]
