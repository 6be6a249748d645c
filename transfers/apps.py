"""Registers the transfers app: menu, panels, strip, wake-ups and regular jobs."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate

SECTION = "HKIDR on ECP"
RECEIVED = "Received"


class TransfersConfig(AppConfig):
    name = "transfers"

    def ready(self) -> None:
        from portal import wakeups
        from transfers import keeping_checks, window_checks  # noqa: F401  (register)
        from transfers.services import leftovers, purge_proposals, verdicts
        from transfers.visit import signals

        wakeups.register("visit", "transfers.visit", "visits")
        wakeups.register("pack", "transfers.pack", "visits")  # long, as visits are
        wakeups.every(settings.SWEEP_SECONDS, "transfers.sweep")
        wakeups.every(leftovers.EVERY_SECONDS, "transfers.drop_stale_uploads")
        wakeups.every(60, "transfers.judge_boards")
        verdicts.register()
        purge_proposals.register()
        self._keep_and_hand_over()
        signals.connect()
        post_migrate.connect(install_names_index, sender=self)
        self._draw()
        self._draw_corner()

    def _draw(self) -> None:
        from portal.pages import registry
        from portal.pages.registry import MenuEntry, Panel
        from portal.people.models import Role
        from transfers.selectors import expected, strip, today, today_words

        operators = frozenset({Role.OPERATOR})
        registry.add_menu(
            MenuEntry(
                *(SECTION, "Submit a file", "submit", "upload", 10, operators),
                is_primary=True,
            )
        )
        registry.add_menu(MenuEntry(SECTION, "Submissions", "submissions", "list", 11))
        registry.add_menu(
            MenuEntry(RECEIVED, "Expected files", "expected", "shield", 21)
        )
        registry.add_menu(MenuEntry(RECEIVED, "Fetching", "fetching", "run", 22))
        board = "transfers/expected/_today.html"
        arrivals = frozenset({"expected"})
        registry.add_panel(Panel("expected", board, expected.today_panel, 30, arrivals))
        topics = frozenset({"submissions"})
        due, moving = "transfers/_due_today.html", "transfers/_in_flight.html"
        words = "transfers/_today_words.html"
        registry.add_panel(
            Panel("today-words", words, today_words.today_words, 0, topics, True)
        )
        registry.add_panel(Panel("due-today", due, today.due_today, 10, topics))
        registry.add_panel(Panel("in-flight", moving, today.flights, 20, topics))
        registry.add_strip(strip.cells)

    def _keep_and_hand_over(self) -> None:
        from portal import wakeups
        from portal.pages import registry
        from portal.pages.registry import MenuEntry, Panel
        from transfers.selectors import store

        # Long, as visits are: mail and sweeps never wait behind a copy or a purge.
        wakeups.register("hand-over", "transfers.hand_over", "visits")
        wakeups.register("purge", "transfers.purge", "visits")
        wakeups.every(settings.SWEEP_SECONDS, "transfers.plan_hand_overs")
        wakeups.every(settings.SWEEP_SECONDS, "transfers.wake_purges")
        wakeups.every(900, "transfers.measure_store", "visits")
        registry.add_menu(MenuEntry(RECEIVED, "Hand-over", "hand_over", "export", 23))
        registry.add_menu(MenuEntry(RECEIVED, "Retention", "retention", "store", 24))
        template = "transfers/retention/_today.html"
        topics = frozenset({"retention"})
        registry.add_panel(Panel("store", template, store.today_panel, 90, topics))

    def _draw_corner(self) -> None:
        from portal.pages import registry
        from portal.pages.registry import MenuEntry, Panel
        from transfers.selectors import corner_panel

        title, icon = "Download Corner", "download"
        registry.add_menu(MenuEntry(RECEIVED, title, "downloads", icon, 20))
        registry.add_home("downloads", title)
        template = "transfers/downloads/_today.html"
        topics = frozenset({"files"})
        registry.add_panel(
            Panel("arrivals", template, corner_panel.arrivals, 40, topics)
        )


def install_names_index(using: str, **_: Any) -> None:
    """Each time, since SQLite drops triggers when a migration rebuilds the table."""
    from transfers import names_index

    if names_index.has_table(using):
        names_index.install(using)
