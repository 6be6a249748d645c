"""`manage.py demo_fini`: FINI for the demo participant of a sandbox deployment."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from fini import demo
from fini.refusals import Refusal
from portal import clock


class Command(BaseCommand):
    help = "Set up the demo's FINI profile; a second run makes nothing twice."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEPLOYMENT != "sandbox":
            raise CommandError(
                "This deployment is real. Nothing was set up. Set a FINI profile up on "
                "its page."
            )
        try:
            profile = demo.seed(clock.now())
        except (demo.NoDemo, Refusal) as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(f"FINI profile of {profile}, registered at the sandbox")
