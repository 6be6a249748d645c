"""A FINI request of 1,000 subscriptions, from records to signed bytes, on one core.

`python -m bench.fini_envelope [--quick]` prints one JSON object: milliseconds of this
process's own time (the machine may be busy). The peer, in turn with it, is the bare
work on `cryptography`, hashlib and json: the same cipher calls and one serialisation.
"""

import argparse
import base64
import copy
import hmac
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.peers import paired
from fini import envelope

RECORDS, TARGET_MS = 1_000, 15
ROUNDS, QUICK = 100, 15
KEY = rsa.generate_private_key(65537, 2048).public_key()


def main() -> int:
    """1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="15 rounds, not 100")
    rounds = QUICK if parser.parse_args().quick else ROUNDS
    payload = {"data": [_record(number) for number in range(RECORDS)]}
    made: dict[str, list[float]] = {"ours": [], "peer": [], "single": []}
    for _ in range(rounds):
        spare = copy.deepcopy(payload)  # the peer writes into it
        made["ours"].append(_spent(lambda: _ours(payload)))
        made["peer"].append(_spent(partial(_bare, spare)))
        made["single"].append(_spent(lambda: _ours({"data": payload["data"][:1]})))
    ours, peer = (statistics.median(made[name]) for name in ("ours", "peer"))
    told = {
        "bench": "fini_envelope",
        "records": RECORDS,
        "bytes": len(_ours(payload).body),
        "request_ms": round(ours, 2),
        "request_p95_ms": round(sorted(made["ours"])[int(rounds * 0.95) - 1], 2),
        "one_record_ms": round(statistics.median(made["single"]), 3),
        "peer": {"name": "bare cryptography calls", "request_ms": round(peer, 2)},
        "share_of_bare_work": paired(made["ours"], made["peer"]),
        "targets": {"request_ms": TARGET_MS},
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(told))
    return int(ours > TARGET_MS)


def _ours(payload: dict[str, Any]) -> envelope.Sealed:
    return envelope.signed(
        envelope.cover(payload, KEY),
        request_id=envelope.new_request_id(),
        timestamp_ms=1_709_276_652_345,
    )


def _bare(payload: dict[str, Any]) -> str:
    key, iv = os.urandom(32), os.urandom(12)
    encrypt, encode = AESGCM(key).encrypt, base64.b64encode
    for record in payload["data"]:
        person = record["idList"][0]
        for name in person:
            sealed = encrypt(iv, person[name].encode(), None)
            person[name] = "%enc_%" + encode(sealed).decode()
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    encode(KEY.encrypt(encode(key) + b"#" + encode(iv), padding.PKCS1v15()))
    return hmac.new(key, body, "sha256").hexdigest()


def _spent(work: Callable[[], object]) -> float:
    """Milliseconds of this process."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def _record(number: int) -> dict[str, Any]:
    person = {
        "idType": "1",
        "idCountryJurisdiction": "HKG",
        "idNum": f"A{number:06}(3)",
        "fullNameEng": "CHAN TAI MAN",
        "fullNameChi": "陳大文",
    }
    return {
        "requestID": str(number),
        "ipoID": "1234",
        "idList": [person],
        "appQuantity": "1000",
        "firmID": "00000",
        "ownRef": f"f992b5c2-fd16-4e57-8387-{number:012}",
    }


if __name__ == "__main__":
    sys.exit(main())
