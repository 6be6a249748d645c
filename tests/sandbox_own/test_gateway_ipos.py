"""The list of IPOs and their reference data, page by page."""

import re
from typing import Any

import pytest

from tests.sandbox_own.gateway_client import GatewayClient

LIST = "/api/ipos/list/v1"
PRINTED = [
    ("1234", "9988", "KYG017191142", "25"),
    ("1235", "9633", "CNE100004272", "30"),
    ("1236", "9618", "KYG8208B1014", "45"),
    ("1237", "6618", "KYG5074A1004", "60"),
    ("1238", "1024", "KYG532631028", "70"),
]


@pytest.mark.ledger("FINI-17/S", "FINI-28/S")
def test_the_list_is_written_as_the_deck_prints_it(fini: GatewayClient) -> None:
    status, answer = fini.get(f"{LIST}?size=5&nextCursor=0")
    names = ("ipoID", "stkCode", "isin", "status")
    expected = [dict(zip(names, one, strict=True)) for one in PRINTED]
    stamp = answer.pop("timeStamp")
    assert status == 200
    assert answer == {
        "code": "0",
        "message": "",
        "data": expected,
        "totalSize": 5,
        "nextCursor": "",
        "exception": [],
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", stamp)


@pytest.mark.ledger("FINI-28/S")
def test_the_timestamp_is_hong_kong_s(fini: GatewayClient) -> None:
    """The sandbox stands at Hong Kong's noon."""
    stamp = fini.get(f"{LIST}?nextCursor=0")[1]["timeStamp"]
    now = fini.sandbox.exchange.clock.now()
    assert stamp.startswith(f"{now:%Y-%m-%d} 12:")


@pytest.mark.ledger("FINI-20/S")
def test_pages_follow_one_another_to_the_end(fini: GatewayClient) -> None:
    seen, cursor = [], "0"
    while cursor:
        _, answer = fini.get(f"{LIST}?size=2&nextCursor={cursor}")
        seen.append([one["ipoID"] for one in answer["data"]])
        assert answer["totalSize"] == len(answer["data"])
        cursor = answer["nextCursor"]
    assert seen == [["1234", "1235"], ["1236", "1237"], ["1238"]]


@pytest.mark.ledger("FINI-20/S")
def test_a_page_starts_with_the_record_that_the_cursor_names(
    fini: GatewayClient,
) -> None:
    answer = fini.get(f"{LIST}?size=1&nextCursor=1237")[1]
    assert answer["data"][0]["ipoID"] == "1237"


@pytest.mark.ledger("FINI-20/S")
@pytest.mark.parametrize("size", ["0", "1001", "-1", "1.5", "ten", "1e2", "%20"])
def test_a_size_out_of_range_is_refused(fini: GatewayClient, size: str) -> None:
    status, answer = fini.get(f"{LIST}?size={size}&nextCursor=0")
    assert (status, answer["code"], answer["data"]) == (400, "401900", [])


@pytest.mark.ledger("FINI-20/S")
@pytest.mark.parametrize("query", ["nextCursor=0", "size=&nextCursor=0"])
def test_no_size_is_a_hundred(fini: GatewayClient, query: str) -> None:
    many = [
        {"ipo_id": str(number), "stk_code": "1", "isin": "X", "status": "25"}
        for number in range(2000, 2150)
    ]
    fini.sandbox.call(lambda: fini.sandbox.exchange.gateway.save_ipos({"ipos": many}))
    assert fini.get(f"{LIST}?{query}")[1]["totalSize"] == 100
    assert fini.get(f"{LIST}?size=1000&nextCursor=0")[1]["totalSize"] == 155


@pytest.mark.ledger("FINI-20/S")
@pytest.mark.parametrize("query", ["", "size=5", "nextCursor=", "nextCursor=first"])
def test_a_cursor_is_required(fini: GatewayClient, query: str) -> None:
    status, answer = fini.get(f"{LIST}?{query}")
    assert (status, answer["data"]) == (400, [])
    assert "nextCursor" in answer["message"]


@pytest.mark.ledger("FINI-21/S")
def test_refdata_tells_one_ipo_with_what_the_list_says_of_it(
    fini: GatewayClient,
) -> None:
    _, answer = fini.get("/api/ipos/refdata/v1?ipoID=1236")
    (entry,) = answer["data"]
    assert (entry["ipoID"], entry["stkCode"], entry["status"]) == ("1236", "9618", "45")
    assert entry["madeBy"] == "sandbox"
    assert entry["stkNameChi"] == "沙盒測試股份"


@pytest.mark.ledger("FINI-21/S")
@pytest.mark.parametrize("query", ["", "ipoID=", "ipoID=9999", "ipoID=x"])
def test_refdata_of_no_ipo_is_refused(fini: GatewayClient, query: str) -> None:
    assert fini.get(f"/api/ipos/refdata/v1?{query}")[0] == 400


@pytest.mark.ledger("FINI-15/S")
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", f"{LIST}?nextCursor=0", "GET"),
        ("POST", "/api/ipos/refdata/v1?ipoID=1234", "GET"),
        ("GET", "/api/eipo/subscriptions/add/v1", "POST"),
        ("GET", "/api/eipo/subscriptions/query/v1?ipoID=1234&nextCursor=0", "POST"),
        ("GET", "/api/eipo/funding/query/v1?nextCursor=0", "POST"),
        ("PUT", "/api/eipo/funding/confirm/v1", "POST"),
    ],
)
def test_each_endpoint_has_its_method(
    fini: GatewayClient, method: str, path: str, allowed: str
) -> None:
    headers = {"Authorization": f"Bearer {fini.token}"}
    fini.line.request(method, path, b"{}", headers)
    answer = fini.line.getresponse()
    answer.read()
    assert (answer.status, answer.getheader("Allow")) == (405, allowed)


@pytest.mark.ledger("FINI-15/S")
def test_fields_of_a_get_are_read_from_the_address_alone(fini: GatewayClient) -> None:
    headers = {"Authorization": f"Bearer {fini.token}"}
    body = b'{"size":2,"nextCursor":"0"}'
    assert fini.send("GET", LIST, body, **headers)[0] == 400
    assert fini.send("GET", f"{LIST}?nextCursor=0", body, **headers)[0] == 200


@pytest.mark.ledger("FINI-15/S")
def test_fields_of_a_post_are_read_from_the_body_alone(fini: GatewayClient) -> None:
    path = "/api/eipo/funding/query/v1?size=1&nextCursor=0"
    assert fini.post(path, {"data": {}})[0] == 400
    answer = fini.post(path, {"data": {}, "size": 3, "nextCursor": "0"})[1]
    assert answer["totalSize"] == 3


@pytest.mark.parametrize("path", ["/api/other", "/api/ipos/list/v2?nextCursor=0"])
def test_another_path_is_not_found(fini: GatewayClient, path: str) -> None:
    assert fini.get(path)[0] == 404


def test_a_changed_status_is_in_the_next_list(fini: GatewayClient) -> None:
    wanted: dict[str, Any] = {"ipo_id": "1234", "status": "30"}
    fini.sandbox.call(lambda: fini.sandbox.exchange.gateway.set_status(wanted))
    answer = fini.get(f"{LIST}?size=1&nextCursor=0")[1]
    assert answer["data"][0]["status"] == "30"
