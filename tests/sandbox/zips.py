"""A zip that HKEX takes, of about the size asked for, and never the same twice."""

import io
import os
import zipfile


def good_zip(size: int = 1000) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("mapping.csv", os.urandom(size))
    return packed.getvalue()
