"""What an error report says: of the settings nothing that opens a door, of a request
nothing that a person typed, of the frames no value."""

import re
from collections.abc import ItemsView, Iterable
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class SettingsFilter(SafeExceptionReporterFilter):
    """Django's own words, and the addresses, which carry passwords.

    Forms carry passwords, one-time codes and people, and so do the variables of
    whatever was at work with them: views that nobody marked must not leak either.
    With DEBUG, which no real deployment may have, everything is shown.
    """

    hidden_settings = re.compile(
        SafeExceptionReporterFilter.hidden_settings.pattern
        + "|URL|LOCATION|MASTER|EMAIL_HOST|DATABASES|CACHES|BROKER|STORAGES",
        flags=re.IGNORECASE,
    )

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        posted = super().get_post_parameters(request)
        return self._hidden(posted) if self.is_active(request) else posted

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, str]:
        cookies = super().get_safe_cookies(request)
        return self._hidden(cookies) if self.is_active(request) else cookies

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        if not self.is_active(request):
            return super().get_traceback_frame_variables(request, tb_frame)
        return self._hidden(tb_frame.f_locals).items()

    def _hidden(self, values: Iterable[str]) -> dict[str, str]:
        return dict.fromkeys(values, self.cleansed_substitute)
