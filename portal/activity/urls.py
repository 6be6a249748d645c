"""The addresses of Activity Enquiry, under /p/<code>/activity/."""

from django.urls import URLPattern, path

from portal.activity.views.enquiry import enquiry
from portal.activity.views.export import export

urlpatterns: list[URLPattern] = [
    path("", enquiry, name="activity"),
    path("export/", export, name="activity_export"),
]
