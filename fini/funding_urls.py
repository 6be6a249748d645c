"""The addresses of EIPO funding."""

from django.urls import URLPattern, path

from fini.views.funding.decide import approve, send_back, withdraw
from fini.views.funding.lines import funding, refresh
from fini.views.funding.proposal import proposal
from fini.views.funding.review import propose, review

PROPOSAL = "proposals/<uuid:pk>/"
urlpatterns: list[URLPattern] = [
    path("", funding, name="fini_funding"),
    path("refresh/", refresh, name="fini_funding_refresh"),
    path("review/", review, name="fini_funding_review"),
    path("propose/", propose, name="fini_funding_propose"),
    path(PROPOSAL, proposal, name="fini_proposal"),
    path(f"{PROPOSAL}approve/", approve, name="fini_proposal_approve"),
    path(f"{PROPOSAL}send-back/", send_back, name="fini_proposal_send_back"),
    path(f"{PROPOSAL}withdraw/", withdraw, name="fini_proposal_withdraw"),
]
