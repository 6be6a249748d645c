"""Registers the fini app: menu, panels, wake-ups, approvals, what it has sealed."""

from django.apps import AppConfig
from django.conf import settings

SECTION = "FINI"


class FiniConfig(AppConfig):
    name = "fini"

    def ready(self) -> None:
        self._gateway()
        self._profiles()
        self._ipos()
        self._batches()
        self._sending()
        self._funding()
        self._people()

    def _gateway(self) -> None:
        """Connection tests, the record of calls, and the strip."""
        from fini.selectors import strip
        from portal import wakeups
        from portal.pages import registry

        wakeups.register("fini-test", "fini.test_connection", "visits")
        wakeups.every(30, "fini.sweep_connection_tests")
        wakeups.every(300, "fini.prune_calls")
        registry.add_strip(strip.cells)

    def _profiles(self) -> None:
        """Keys and their ends."""
        from fini.models import ProfileJwk
        from fini.selectors import ends
        from keys.selectors import ends as known_ends
        from keys.selectors import expiries
        from portal import resealing
        from portal.pages import registry
        from portal.pages.registry import MenuEntry

        private = resealing.column(ProfileJwk, "sealed_private")
        resealing.register("FINI profile keys", private)
        known_ends.add_source(ends.ends)
        expiries.add_source(ends.credentials)
        registry.add_menu(MenuEntry(SECTION, "Profiles", "fini_profiles", "key", 29))

    def _ipos(self) -> None:
        """The IPO board and its refreshes."""
        from portal import wakeups
        from portal.pages import registry
        from portal.pages.registry import MenuEntry

        wakeups.register("fini-ipos", "fini.refresh_ipos_of", "visits")
        wakeups.every(60, "fini.refresh_ipos")
        registry.add_menu(MenuEntry(SECTION, "IPOs", "fini_ipos", "mark", 25))

    def _batches(self) -> None:
        """Batches: read, approved, sent, resolved."""
        from fini.models import Batch, EipoSubscription
        from fini.services import batch_approvals
        from portal import resealing, wakeups
        from portal.pages import registry
        from portal.pages.registry import MenuEntry

        # Long, as visits are: mail and sweeps never wait behind a batch.
        wakeups.register("fini-read", "fini.read_batch", "visits")
        wakeups.register("fini-send", "fini.send", "visits")
        wakeups.every(settings.SWEEP_SECONDS, "fini.wake_readers")
        wakeups.every(3600, "fini.withdraw_stale")
        batch_approvals.register()
        resealing.register(
            "EIPO records", resealing.column(EipoSubscription, "sealed_person")
        )
        resealing.register("EIPO files", resealing.column(Batch, "sealed_file"))
        registry.add_menu(
            MenuEntry(SECTION, "EIPO subscriptions", "fini_batches", "list", 30)
        )

    def _sending(self) -> None:
        """Batches sent, what is unclear looked up or decided, IPOs reconciled."""
        from fini.services.sending import verdicts
        from portal import wakeups
        from portal.pages import registry
        from portal.pages.registry import MenuEntry

        verdicts.register()
        wakeups.register("fini-reconcile", "fini.reconcile", "visits")
        wakeups.every(settings.SWEEP_SECONDS, "fini.sweep_sending")
        registry.add_menu(
            MenuEntry(SECTION, "Compare with FINI", "fini_reconcile", "search", 31)
        )

    def _funding(self) -> None:
        """Funding: fetched, proposed, decided, sent."""
        from django.conf import settings

        from fini.selectors.funding import profiles, proposals
        from fini.services.funding import consequences, refreshing
        from fini.services.funding.records import TOPIC
        from portal import wakeups
        from portal.pages import registry
        from portal.pages.registry import MenuEntry, Panel

        consequences.register()
        wakeups.register(consequences.WAKE, "fini.send_proposal", "visits")
        wakeups.register(refreshing.WAKE, "fini.refresh_funding", "visits")
        wakeups.every(settings.SWEEP_SECONDS, "fini.wake_funding")
        title, icon = "EIPO funding", "coins"
        registry.add_menu(
            MenuEntry(
                *(SECTION, title, "fini_funding", icon, 32),
                count=proposals.waiting_for,
                is_for=profiles.has_any,
            )
        )
        template, topics = "fini/funding/_today.html", frozenset({TOPIC})
        registry.add_panel(Panel("funding", template, proposals.panel, 15, topics))

    def _people(self) -> None:
        """Personal data: shown with a reason, found, erased."""
        from fini.services import erasure_proposals
        from portal import wakeups
        from portal.pages import registry
        from portal.pages.registry import MenuEntry

        erasure_proposals.register()
        # Long, as sendings are: mail and sweeps never wait behind it.
        wakeups.register(erasure_proposals.WAKE, "fini.erase", "visits")
        wakeups.every(settings.SWEEP_SECONDS, "fini.wake_erasures")
        registry.add_menu(
            MenuEntry(SECTION, "Personal data", "fini_people", "lock", 39)
        )
