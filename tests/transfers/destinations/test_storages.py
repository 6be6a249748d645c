"""Any other storage: the checksum comes last and says that the file is whole."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from tests.transfers.destinations.conftest import CONTENT, MakeItem
from transfers.destinations import CannotHandOver, Elsewhere, Occupied

NAME = "RAP/TP001.csv"


@pytest.fixture
def storage() -> InMemoryStorage:
    return InMemoryStorage()


def content(storage: InMemoryStorage, name: str = NAME) -> bytes:
    with storage.open(name) as there:
        return bytes(there.read())


def test_a_file_and_then_its_checksum(storage: InMemoryStorage, item: MakeItem) -> None:
    Elsewhere(storage).put(item())
    assert content(storage) == CONTENT
    assert content(storage, f"{NAME}.sha256").endswith(b"  TP001.csv\n")


def test_a_second_time_changes_nothing(
    storage: InMemoryStorage, item: MakeItem, begun: list[bool]
) -> None:
    Elsewhere(storage).put(item())
    Elsewhere(storage).put(item(is_begun=True))
    assert len(begun) == 1
    assert storage.listdir("RAP")[1] == ["TP001.csv", "TP001.csv.sha256"]


def test_half_a_file_of_our_own_is_written_again(
    storage: InMemoryStorage, item: MakeItem
) -> None:
    storage.save(NAME, ContentFile(CONTENT[:3]))
    Elsewhere(storage).put(item(is_begun=True))
    assert content(storage) == CONTENT


def test_anothers_file_is_left_as_it_is(
    storage: InMemoryStorage, item: MakeItem
) -> None:
    storage.save(NAME, ContentFile(b"theirs"))
    with pytest.raises(Occupied):
        Elsewhere(storage).put(item())
    assert content(storage) == b"theirs"


def test_a_file_with_a_checksum_is_never_taken_for_half_of_ours(
    storage: InMemoryStorage, item: MakeItem
) -> None:
    storage.save(NAME, ContentFile(b"theirs"))
    storage.save(f"{NAME}.sha256", ContentFile(b"theirs"))
    with pytest.raises(Occupied):
        Elsewhere(storage).put(item(is_begun=True))


def test_a_name_that_is_taken_meanwhile_is_not_handed_over_beside_it(
    storage: InMemoryStorage, item: MakeItem
) -> None:
    taken = item(begin=lambda: storage.save(NAME, ContentFile(b"theirs")))
    with pytest.raises(Occupied):
        Elsewhere(storage).put(taken)
    assert storage.listdir("RAP")[1] == ["TP001.csv"]


def test_what_is_not_what_was_kept_is_not_written(
    storage: InMemoryStorage, item: MakeItem
) -> None:
    with pytest.raises(CannotHandOver, match="checksum is another"):
        Elsewhere(storage).put(item(sha256="0" * 64))
    assert not storage.exists(NAME)


class Refusing(InMemoryStorage):
    def exists(self, name: str) -> bool:
        raise ConnectionError("secret-host:443 refused")


def test_what_a_storage_raises_is_a_sentence_without_secrets(item: MakeItem) -> None:
    with pytest.raises(CannotHandOver, match="ConnectionError") as refused:
        Elsewhere(Refusing()).put(item())
    assert refused.value.is_everywhere
    assert "secret-host" not in str(refused.value)
