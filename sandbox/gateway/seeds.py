"""What a new gateway has: the deck's five IPOs, and funding lists for a bank.

The members of refdata and of funding lists are the sandbox's own: the deck prints
none of them.
"""

from datetime import datetime, timedelta
from typing import Any

from sandbox.gateway.funding import save_funding
from sandbox.gateway.ipos import save_ipo
from sandbox.gateway.store import Store

_IPOS = (
    ("1234", "9988", "KYG017191142", "25", "Sandbox Harbour Holdings Limited"),
    ("1235", "9633", "CNE100004272", "30", "Sandbox Spring Water Company Limited"),
    ("1236", "9618", "KYG8208B1014", "45", "Sandbox Parcel Group"),
    ("1237", "6618", "KYG5074A1004", "60", "Sandbox Clinic Holdings"),
    ("1238", "1024", "KYG532631028", "70", "Sandbox Film Technology"),
)
_BANKS = ("Sandbox Bank (Harbour)", "Sandbox Bank (Island)")
_FIRST_REF = 6398340114921  # the deck's first
_LISTS = 6


def seed_ipos(store: Store, now: datetime) -> None:
    """The five of the Introduction, their days around `now`."""
    if store.row("SELECT 1 FROM ipos") is None:
        for place, (ipo_id, code, isin, status, name) in enumerate(_IPOS):
            save_ipo(
                store,
                {
                    "ipo_id": ipo_id,
                    "stk_code": code,
                    "isin": isin,
                    "status": status,
                    "refdata": _refdata(name, now - timedelta(days=place - 1), place),
                },
            )


def _refdata(name: str, opens: datetime, place: int) -> dict[str, Any]:
    low = 5 + place
    return {
        "stkNameEng": name,
        "stkNameChi": "沙盒測試股份",
        "offerPriceLow": f"{low}.00",
        "offerPriceHigh": f"{low}.50",
        "currency": "HKD",
        "boardLot": "500",
        "publicOfferShares": str(10_000_000 * (place + 1)),
        "eipoOpenTime": f"{opens:%Y-%m-%d} 09:00:00",
        "eipoCloseTime": f"{opens + timedelta(days=3):%Y-%m-%d} 12:00:00",
        "fundingDeadline": f"{opens + timedelta(days=3):%Y-%m-%d} 18:00:00",
        "listingDate": f"{opens + timedelta(days=6):%Y-%m-%d}",
        "madeBy": "sandbox",
    }


def seed_fundings(store: Store, company_id: str, now: datetime) -> None:
    """Six lists of two banks for a company that may confirm, unless it has some."""
    if store.row("SELECT 1 FROM fundings WHERE company_id = ?", (company_id,)):
        return
    last = store.row("SELECT MAX(transaction_ref) AS ref FROM fundings")
    first = (last["ref"] + 11 if last and last["ref"] else None) or _FIRST_REF
    for place in range(_LISTS):
        save_funding(
            store,
            company_id,
            {
                "transaction_ref": str(first + 11 * place),
                "ipo_id": _IPOS[place % 2][0],
                "firm_id": f"{place + 1:05d}",
                "bank": _BANKS[place % 2],
                "amount": f"{1_250_000 * (place + 1)}.50",
                "currency": "HKD",
                "deadline": f"{now + timedelta(days=2):%Y-%m-%d} 18:00:00",
            },
        )
