"""The ASGI application of the web process."""

import gc
import os

from django.core.asgi import get_asgi_application

from portal.bodies import BodyLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = BodyLimit(get_asgi_application())

from portal.checks import refuse_unsafe_start  # noqa: E402  (needs the app registry)

refuse_unsafe_start()

# What is loaded stays: a full collection that walks it costs a page 50 ms.
gc.collect()
gc.freeze()
