"""What the approvals about keys set going; registered in ready()."""

from keys import approvals as bound
from keys.paths import account_path, facility_path
from keys.services import claims, host_keys, registrations, renewals
from portal.approvals import services as approvals
from portal.approvals.services import Consequences


def register() -> None:
    approvals.register(
        bound.REGISTRATION,
        Consequences(
            payload_sha256=bound.registration_payload,
            approved=registrations.approved,
            declined=registrations.not_approved,
            lapsed=registrations.not_approved,
            url=lambda approval: account_path(registrations.account_of(approval)),
        ),
    )
    approvals.register(
        bound.REGISTRATION_BACK,
        Consequences(
            payload_sha256=bound.registration_payload,
            approved=claims.approved,
            declined=claims.not_approved,
            lapsed=claims.not_approved,
            url=lambda approval: account_path(registrations.account_of(approval)),
        ),
    )
    approvals.register(
        bound.RENEWAL,
        Consequences(
            payload_sha256=bound.renewal_payload,
            approved=renewals.approved,
            declined=renewals.not_approved,
            lapsed=renewals.not_approved,
            url=lambda approval: account_path(renewals.account_of(approval)),
        ),
    )
    approvals.register(
        bound.HOST_KEY,
        Consequences(
            payload_sha256=bound.host_key_payload,
            approved=host_keys.approved,
            declined=host_keys.not_approved,
            lapsed=host_keys.not_approved,
            url=lambda approval: facility_path(host_keys.host_of(approval).facility_id),
        ),
    )
