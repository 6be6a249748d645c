"""The strip's cells: whether FINI's gateway answers, and how its clock goes."""

from fini.models import Profile
from portal.exchange.hktime import hk_time
from portal.pages.registry import StripCell
from portal.people.guards import Acting


def cells(acting: Acting) -> list[StripCell]:
    """One cell a profile of the participant that is switched on: one query."""
    profiles = Profile.objects.filter(
        participant=acting.participant, is_enabled=True
    ).order_by("environment")
    found = list(profiles)
    return [_cell(profile, len(found) > 1) for profile in found]


def _cell(profile: Profile, names_environment: bool) -> StripCell:
    where = f" ({profile.get_environment_display()})" if names_environment else ""
    status, word, more = _state(profile)
    return StripCell(
        name=f"FINI gateway{where}",
        site="",
        site_word="",
        status=status,
        word=word,
        more=more,
    )


def _state(profile: Profile) -> tuple[str, str, str]:
    since = profile.unreachable_since
    if since is not None:
        return "bad", "Not reachable", f"since {hk_time(since):%H:%M}"
    if profile.reached_at is None:
        return "idle", "Not tried", ""
    if profile.meta_at is None:
        return "ok", "Reachable", ""
    return "ok", "Reachable", f"clock {profile.clock_offset_ms:+,} ms"
