"""That somebody took the public half of a key out of the portal, as Activity."""

from keys.models import SftpAccount, SshKey
from keys.services import records
from portal.activity import transaction
from portal.activity.models import Kind
from portal.people.models import User


def record_public_half(key: SshKey, name: str, by: User) -> None:
    """`name`: of the file, such as "hkidr1.pub"."""
    with transaction.atomic():
        records.of_key(key, f"Download [{name}], the public half of", by=by)


def record_pack(account: SftpAccount, name: str, by: User) -> None:
    with transaction.atomic():
        records.of_account(
            account, Kind.DOWNLOAD, f"Download registration pack [{name}]", by=by
        )
