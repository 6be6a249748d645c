"""The addresses of submissions, under /p/<code>/."""

from django.urls import URLPattern, URLResolver, include, path

from transfers.views import (
    again,
    check,
    decide,
    evidence,
    submission,
    submissions,
    submit,
    uploads,
    withdraw,
)

_ONE = "submissions/<uuid:pk>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("expected/", include("transfers.expected_urls")),
    path("downloads/", include("transfers.download_urls")),
    path("fetching/", include("transfers.fetching_urls")),
    path("hand-over/", include("transfers.hand_over_urls")),
    path("retention/", include("transfers.retention_urls")),
    path("submit/", submit.submit, name="submit"),
    path("submit/check/", check.check, name="submit_check"),
    path("uploads/", uploads.begin, name="upload_begin"),
    path("uploads/<uuid:pk>/", uploads.upload, name="upload"),
    path("uploads/<uuid:pk>/chunk/", uploads.chunk, name="upload_chunk"),
    path("uploads/<uuid:pk>/finish/", uploads.finish, name="upload_finish"),
    path("uploads/<uuid:pk>/discard/", uploads.discard, name="upload_discard"),
    path("submissions/", submissions.submissions, name="submissions"),
    path(_ONE, submission.submission, name="submission"),
    path(f"{_ONE}state/", submission.state, name="submission_state"),
    path(f"{_ONE}decide/", decide.decide, name="submission_decide"),
    path(f"{_ONE}withdraw/", withdraw.withdraw, name="submission_withdraw"),
    path(f"{_ONE}again/", again.again, name="submission_again"),
    path(f"{_ONE}evidence/", evidence.evidence, name="submission_evidence"),
]
