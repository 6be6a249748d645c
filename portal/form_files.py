"""Files of plain forms, with the name that the browser really sent.

Django cleans a file's name silently: path parts and unseen characters are gone before
a view sees it. Here the name as it came is kept beside, as `raw_name`, so that a
hostile one is refused with its reason and not made into another.
"""

import re
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    MemoryFileUploadHandler,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser


class RawNames(TemporaryFileUploadHandler):
    """Parses the form in Django's own way, and watches the names go by."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803  (Django names it so)
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> Any:
        keeper = _keeper(self.request)
        parser = _Watcher(META, input_data, [keeper], encoding)
        parser.keeper = keeper
        return parser.parse()


class _Keeper(FileUploadHandler):
    raw_name = ""

    def file_complete(self, file_size: int) -> Any:
        uploaded = super().file_complete(file_size)
        if isinstance(uploaded, UploadedFile):
            uploaded.raw_name = self.raw_name  # type: ignore[attr-defined]
        return uploaded


class _OnDisk(_Keeper, TemporaryFileUploadHandler):
    """Under a name: what a kill leaves of it is cleared away some day."""


class _InMemory(_Keeper, MemoryFileUploadHandler):
    """However large: portal.bodies has bounded what comes."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True


def _keeper(request: HttpRequest | None) -> _Keeper:
    path = request.path if request is not None else ""
    kind = _InMemory if re.fullmatch(settings.SEALED_FORMS, path) else _OnDisk
    return kind(request)


class _Watcher(MultiPartParser):
    keeper: _Keeper

    def sanitize_file_name(self, file_name: str) -> str | None:
        self.keeper.raw_name = file_name
        cleaned: str | None = super().sanitize_file_name(file_name)
        return cleaned
