"""Registers the pages app, the portal's own menu entries, and Today's first panel."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "portal.pages"
    label = "pages"

    def ready(self) -> None:
        from portal import checks

        checks.register_all()
        self._draw()

    def _draw(self) -> None:
        """Also the entries of the rooms below: they may not look up to the menu."""
        from portal.alerts.selectors import needs_you_panel
        from portal.approvals.selectors import waiting_for
        from portal.pages.registry import (
            MenuEntry,
            Panel,
            SiteEntry,
            add_menu,
            add_panel,
            add_site_menu,
        )

        add_menu(MenuEntry("", "Today", "today", "home", 0))
        words = ("Oversight", "Approvals", "approvals", "done", 900)
        add_menu(MenuEntry(*words, count=waiting_for))
        add_menu(MenuEntry("Oversight", "Activity", "activity", "shield", 910))
        days = SiteEntry("Trading days", "trading_days", "calendar-days", 20)
        add_site_menu(days)
        template = "alerts/_needs_you.html"
        topics = frozenset({"alerts", "approvals"})
        add_panel(Panel("needs-you", template, needs_you_panel, 0, topics))
