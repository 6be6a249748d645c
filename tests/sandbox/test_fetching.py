"""Fetching from the live sandbox: all that is distributed, each once, whole."""

import pytest

from keys.models import SftpAccount
from portal.activity.models import Activity, Kind
from portal.people.models import Participant
from sandbox.inthread import SandboxThread
from tests.sandbox.fetch_rig import MAPPING, REPORTS, FetchRig, sha256
from transfers.models import Fetching, RetrievedFile, RetrievedStatus

S = RetrievedStatus


@pytest.fixture
def fetches(
    box: SandboxThread, account: SftpAccount, participant: Participant
) -> FetchRig:
    return FetchRig(box, account, participant)


@pytest.mark.ledger("ECP-25")
def test_what_is_distributed_is_kept_byte_for_byte(fetches: FetchRig) -> None:
    fetches.publish("HBCNATRP_AAA000_20261120.csv", b"a,b\n1,2\n")
    fetches.publish("HBCNMPRP_AAA000_20261120.zip", b"PK not really", MAPPING)
    fetches.fetch()
    assert fetches.kept() == {
        "HBCNATRP_AAA000_20261120.csv": sha256(b"a,b\n1,2\n"),
        "HBCNMPRP_AAA000_20261120.zip": sha256(b"PK not really"),
    }
    row = fetches.row("HBCNATRP_AAA000_20261120.csv")
    assert row.sha256 == sha256(b"a,b\n1,2\n")
    assert row.subject == "Aggregated Transaction Report Response File"
    assert row.folder == f"/download/{REPORTS}"


def test_what_was_fetched_is_not_fetched_again(fetches: FetchRig) -> None:
    fetches.publish("HBCNATRP_AAA000_20261120.csv")
    fetches.fetch()
    fetches.fetch()
    assert fetches.reads() == {"HBCNATRP_AAA000_20261120.csv": 1}
    assert Fetching.objects.get().wanted_since is None


def test_a_round_that_found_all_ends_the_wish(fetches: FetchRig) -> None:
    fetches.fetch()
    found = Fetching.objects.get()
    assert found.wanted_since is None
    assert found.listed_at is not None
    assert found.sentence == ""


@pytest.mark.ledger("ECP-34")
def test_a_download_is_an_activity(fetches: FetchRig) -> None:
    fetches.publish("HBCNATRP_AAA000_20261120.csv")
    fetches.fetch()
    told = Activity.objects.get(kind=Kind.DOWNLOAD)
    assert told.endpoint == "SFTP"
    assert told.status == "Successful"
    assert "HBCNATRP_AAA000_20261120.csv" in told.description


def test_an_unknown_name_is_kept_too(fetches: FetchRig) -> None:
    fetches.publish("Notice to all.pdf", b"%PDF")
    fetches.fetch()
    assert fetches.kept() == {"Notice to all.pdf": sha256(b"%PDF")}
    assert fetches.row("Notice to all.pdf").file_id == ""


def test_names_that_differ_only_by_case_are_two_files(fetches: FetchRig) -> None:
    fetches.publish("notice.txt", b"small")
    fetches.publish("NOTICE.txt", b"LARGE")
    fetches.fetch()
    assert fetches.kept() == {
        "notice.txt": sha256(b"small"),
        "NOTICE.txt": sha256(b"LARGE"),
    }


def test_an_empty_file_is_kept_empty(fetches: FetchRig) -> None:
    fetches.publish("empty.txt", b"")
    fetches.fetch()
    assert fetches.kept() == {"empty.txt": sha256(b"")}


def test_a_new_version_is_another_file(fetches: FetchRig) -> None:
    fetches.publish("notice.txt", b"first")
    fetches.fetch()
    fetches.publish("notice.txt", b"second one")
    fetches.fetch()
    rows = RetrievedFile.objects.filter(name="notice.txt", status=S.KEPT)
    assert {row.size for row in rows} == {5, 10}
