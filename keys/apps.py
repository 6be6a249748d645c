"""Registers the keys app: its approvals, its regular jobs, what it has sealed."""

from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "keys"

    def ready(self) -> None:
        from keys import hours_effects
        from keys.models import EncryptionPassword, SshKey
        from keys.services import consequences
        from keys.services.wakes import visits_by_new_hours
        from portal import resealing, wakeups
        from portal.tradingdays import effects

        consequences.register()
        effects.add(hours_effects.of_day)
        effects.on_change(visits_by_new_hours)
        wakeups.register("pre-flight", "keys.pre_flight", "visits")
        wakeups.every(30, "keys.sweep_pre_flights")
        wakeups.every(600, "keys.watch_expiries")
        wakeups.every(300, "keys.renew_due", "visits")
        resealing.register("SSH keys", resealing.column(SshKey, "sealed_private"))
        resealing.register(
            "encryption passwords", resealing.column(EncryptionPassword, "sealed")
        )
        self._draw()

    def _draw(self) -> None:
        from keys.selectors import coming
        from portal.pages import registry
        from portal.pages.registry import MenuEntry, Panel, SiteEntry

        registry.add_menu(MenuEntry("Access", "Keys and addresses", "keys", "key", 30))
        registry.add_menu(MenuEntry("Access", "What expires", "expiries", "wait", 31))
        site = SiteEntry("Facilities", "facilities", "store", 10)
        registry.add_site_menu(site)
        topics = frozenset({"keys"})
        registry.add_panel(
            Panel("expires", "keys/_expires.html", coming.panel, 40, topics)
        )
