"""The addresses of the Download Corner, under /p/<code>/downloads/."""

from django.urls import URLPattern, path

from transfers.views import bundle, corner, download, look

urlpatterns: list[URLPattern] = [
    path("", corner.downloads, name="downloads"),
    path("zip/", bundle.bundle, name="download_bundle"),
    path("<uuid:pk>/", look.look, name="download_look"),
    path("<uuid:pk>/file/", download.download, name="download_file"),
]
