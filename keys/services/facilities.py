"""Facilities as a site admin makes them: presets, lines, notices of HKEX."""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError

from keys.addresses import is_loopback
from keys.models import Facility, FacilityNotice, Host, Site
from keys.presets import FacilityPreset
from keys.refusals import Refusal
from keys.services import records
from portal.activity import transaction
from portal.activity.models import Status
from portal.people.models import User

NOTHING = "Nothing was changed."


def apply_preset(preset: FacilityPreset, by: User, now: dt.datetime) -> Facility:
    """A facility with its hosts, none of whose keys is confirmed yet. Raises
    Refusal when there is one of that name, or where it must not be."""
    _refuse_elsewhere(preset)
    try:
        with transaction.atomic():
            facility = Facility.objects.create(
                platform=preset.platform,
                environment=preset.environment,
                name=preset.name,
                circuit=preset.circuit,
                login_is=preset.login_is,
                web=preset.web,
            )
            Host.objects.bulk_create(
                Host(
                    facility=facility,
                    site=host.site,
                    order=host.order,
                    address=host.address,
                    port=host.port,
                )
                for host in preset.hosts
            )
            told = f"Add {len(preset.hosts)} hosts"
            records.of_facility(facility, told, by=by)
    except IntegrityError:
        raise Refusal(
            f"There is a facility {preset.name} already.", NOTHING, "Open that one."
        ) from None
    return facility


def _refuse_elsewhere(preset: FacilityPreset) -> None:
    """A deployment with demo people never reaches further than this machine."""
    on_loopback = all(is_loopback(host.address) for host in preset.hosts)
    if settings.DEPLOYMENT == "sandbox" and not on_loopback:
        raise Refusal(
            "This is a sandbox deployment: its hosts are on this machine only.",
            NOTHING,
            "Add HKEX’s own facilities in a real deployment.",
        )


def set_bandwidth(
    facility: Facility, bits_per_second: int, by: User, now: dt.datetime
) -> None:
    """The line's, for the estimate of upload times (ECP-18)."""
    if not 64_000 <= bits_per_second <= 100_000_000_000:
        raise Refusal(
            "A line has 64 kbit/s to 100 Gbit/s.", NOTHING, "Correct the number."
        )
    with transaction.atomic():
        Facility.objects.filter(pk=facility.pk).update(bandwidth_bps=bits_per_second)
        facility.bandwidth_bps = bits_per_second
        records.of_facility(facility, f"Set bandwidth [{bits_per_second} bit/s]", by=by)


def record_notice(
    facility: Facility,
    reference: str,
    noticed_at: dt.datetime,
    by: User,
    now: dt.datetime,
    *,
    site: Site = Site.SECONDARY,
) -> FacilityNotice:
    """HKEX has told that the secondary site is used: from now on it is tried too
    (RAP-21). Raises Refusal: one is open, no reference, a moment to come."""
    if not reference.strip() or noticed_at > now:
        raise Refusal(
            "A notice needs HKEX’s reference and the moment it was received.",
            NOTHING,
            "Enter both as HKEX’s notice has them.",
        )
    with transaction.atomic():
        Facility.objects.select_for_update(no_key=True, of=("self",)).get(
            pk=facility.pk
        )
        if facility.notices.filter(ended_at=None).exists():
            raise Refusal("A notice is recorded already.", NOTHING, "End it first.")
        notice = FacilityNotice.objects.create(
            facility=facility,
            site=site,
            reference=reference.strip()[:120],
            noticed_at=noticed_at,
            recorded_by=by,
        )
        records.of_facility(
            facility,
            f"Record HKEX's notice [{notice.reference}] to use the {site} site",
            by=by,
            status=Status.WARNING,
        )
    return notice


def end_notice(notice: FacilityNotice, by: User, now: dt.datetime) -> None:
    """The primary site is back."""
    with transaction.atomic():
        ended = FacilityNotice.objects.filter(pk=notice.pk, ended_at=None).update(
            ended_at=now, ended_by=by
        )
        if not ended:
            raise Refusal("The notice was ended before.", NOTHING, "Reload the page.")
        records.of_facility(
            notice.facility, f"End HKEX's notice [{notice.reference}]", by=by
        )
