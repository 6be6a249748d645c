"""Public halves as files and packs: never a private key, and always recorded."""

import io
import zipfile

import pytest
from django.test import Client

from keys.exposure import holds_private_key
from keys.models import RemoteIp, SftpAccount
from keys.publickeys import judge
from portal import clock
from portal.activity.models import Activity
from portal.people.models import Participant
from tests.keys.views import builders


def latest() -> str:
    row = Activity.objects.order_by("-seq").first()
    assert row is not None
    return row.description


def address(of: SftpAccount, platform: str, text: str = "10.163.3.44") -> None:
    RemoteIp.objects.create(account=of, address=text, registered_on=clock.today())


def test_the_pub_file_is_the_key_and_its_download_is_recorded(
    by_charlie: Client, ecp: SftpAccount
) -> None:
    key = builders.key(ecp)
    answer = by_charlie.get(f"/p/CP00010/keys/key/{key.pk}/public/pub/")
    name = f"{ecp.login_id}.pub"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert judge(name, answer.content, "ECP").md5 == key.fingerprint_md5
    assert latest().startswith(f"Download [{name}], the public half of key [")


@pytest.mark.parametrize("form", ["fpt", "line"])
def test_other_forms_hold_the_same_key(
    by_charlie: Client, ecp: SftpAccount, form: str
) -> None:
    key = builders.key(ecp)
    answer = by_charlie.get(f"/p/CP00010/keys/key/{key.pk}/public/{form}/")
    wanted = {"fpt": key.fingerprint_md5, "line": key.public_line}[form]
    assert answer.content.decode().startswith(wanted)


def test_there_is_no_form_that_gives_the_private_half(
    by_charlie: Client, ecp: SftpAccount
) -> None:
    key = builders.key(ecp)
    for form in ("private", "pem", "key"):
        answer = by_charlie.get(f"/p/CP00010/keys/key/{key.pk}/public/{form}/")
        assert answer.status_code == 404


@pytest.mark.ledger("RAP-10")
def test_the_techs_8_pack_has_keys_fingerprints_and_addresses_and_is_recorded(
    by_charlie: Client, participant: Participant
) -> None:
    rap = builders.account(participant, "RAP", "DCXYZ001")
    key = builders.key(rap)
    address(rap, "RAP")
    answer = by_charlie.get(f"/p/CP00010/keys/accounts/{rap.pk}/pack/")
    pack = zipfile.ZipFile(io.BytesIO(answer.content))
    assert sorted(pack.namelist()) == ["DCXYZ001.pub", "TechS8.txt"]
    sheet = pack.read("TechS8.txt").decode()
    assert key.fingerprint_md5 in sheet
    assert "10.163.3.44" in sheet
    assert not holds_private_key(answer.content)
    assert latest().startswith("Download registration pack [TechS8_CXYZ.zip]")


def test_rrs_packs_both_accounts_or_says_why_not(
    by_charlie: Client, participant: Participant
) -> None:
    one = builders.account(participant, "RRS", "CXYZ001")
    two = builders.account(participant, "RRS", "CXYZ002")
    builders.key(one)
    address(one, "RRS")
    address(two, "RRS", "10.163.3.45")
    pack = f"/p/CP00010/keys/accounts/{one.pk}/pack/"
    refused = by_charlie.get(pack, follow=True).content.decode()
    assert "RRS registers both accounts at once" in refused
    assert ">Add CXYZ" in refused or ">Make a key of CXYZ" in refused
    builders.key(two)
    answer = by_charlie.get(pack)
    assert answer["Content-Disposition"] == 'attachment; filename="CXYZ.zip"'
    assert len(zipfile.ZipFile(io.BytesIO(answer.content)).namelist()) == 5


def test_a_pack_without_a_key_links_to_making_one(
    by_charlie: Client, participant: Participant
) -> None:
    rap = builders.account(participant, "RAP", "DCXYZ001")
    pack = f"/p/CP00010/keys/accounts/{rap.pk}/pack/"
    text = by_charlie.get(pack, follow=True).content.decode()
    make = f"/p/CP00010/keys/accounts/{rap.pk}/make/"
    assert f'<a href="{make}">Make a key of DCXYZ001</a>' in text


def test_a_pack_without_addresses_links_to_them(
    by_charlie: Client, participant: Participant
) -> None:
    rap = builders.account(participant, "RAP", "DCXYZ001")
    builders.key(rap)
    pack = f"/p/CP00010/keys/accounts/{rap.pk}/pack/"
    text = by_charlie.get(pack, follow=True).content.decode()
    where = f"/p/CP00010/keys/accounts/{rap.pk}/addresses/"
    assert f'<a href="{where}">Record the addresses</a>' in text
