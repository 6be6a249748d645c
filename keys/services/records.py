"""The Activity of what is done to keys and facilities, in one wording each."""

from keys.models import Facility, SftpAccount, SshKey
from portal.activity import services as activity
from portal.activity.models import Endpoint, Kind, Status
from portal.people.models import Participant, User

TOPIC = "keys"


def of_account(
    account: SftpAccount,
    kind: Kind,
    told: str,
    *,
    by: User | None = None,
    status: Status = Status.SUCCESSFUL,
    endpoint: Endpoint = Endpoint.WEB,
    topics: tuple[str, ...] = (),
) -> None:
    """`told` of the account, for instance "Renew key [a1:…]"."""
    activity.append(
        account.participant,
        kind,
        endpoint,
        f"{told} of [{account.login_id}]",
        status,
        user=by,
        refs={"account": str(account.pk)},
        topics=(TOPIC, f"account:{account.pk}", "alerts", *topics),
    )


def of_key(
    key: SshKey,
    verb: str,
    *,
    by: User | None = None,
    status: Status = Status.SUCCESSFUL,
    endpoint: Endpoint = Endpoint.WEB,
    topics: tuple[str, ...] = (),
) -> None:
    """ "Make key [a1:…] of [hkidr1]"."""
    account = key.account
    activity.append(
        account.participant,
        Kind.KEY,
        endpoint,
        f"{verb} key [{key.fingerprint_md5}] of [{account.login_id}]",
        status,
        user=by,
        refs={"key": str(key.pk), "account": str(account.pk)},
        topics=(TOPIC, f"account:{account.pk}", "alerts", *topics),
    )


def of_participant(
    participant: Participant,
    kind: Kind,
    told: str,
    *,
    by: User | None = None,
    status: Status = Status.SUCCESSFUL,
) -> None:
    activity.append(
        participant,
        kind,
        Endpoint.WEB,
        told,
        status,
        user=by,
        topics=(TOPIC, "alerts"),
    )


def of_facility(
    facility: Facility,
    told: str,
    *,
    by: User | None = None,
    status: Status = Status.SUCCESSFUL,
) -> None:
    """In the site's chain: facilities are no participant's."""
    activity.append(
        None,
        Kind.FACILITY,
        Endpoint.WEB,
        f"{told} of facility [{facility.name}]",
        status,
        user=by,
        refs={"facility": str(facility.pk)},
    )
