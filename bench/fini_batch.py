"""100,000 EIPO subscriptions, from a CSV to stored outcomes, by one worker.

`python -m bench.fini_batch [--quick]` prints one JSON object. The gateway is a process
of its own without limits; both share the machine. The peer is the bare work alone, in
the same run: encrypt, serialise, wrap, sign, and insert rows into SQLite.
"""

import argparse
import base64
import csv
import hmac
import io
import json
import os
import sqlite3
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench import gateway_site
from bench.peers import peak_mb

RECORDS, FEW, ARRAY = 100_000, 10_000, 1_000
RECORDS_A_SECOND, WORKER_MB, SHARE = 5_000, 300, 0.4
BENCH = "bench.fini_batch"
HEADING = [
    *("ownRef", "ipoID", "firmID", "appQuantity", "idType"),
    *("idCountryJurisdiction", "idNum", "fullNameEng", "fullNameChi"),
]


def main() -> int:
    """1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 records")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        print(json.dumps(_work(given.worker)))
        return 0
    records = FEW if given.quick else RECORDS
    with gateway_site.running(per_machine=0) as (site, gateway):
        done = gateway_site.work(site, BENCH, records)
        there = gateway.call("POST", "records", {"ipo_id": "1234"})
    if (there["total"], there["own_refs"]) != (records, records):
        raise RuntimeError(f"not each record is there once: {there}")
    spent = done["read_seconds"] + done["send_seconds"]
    peer = _bare(records)
    told = {
        "bench": "fini_batch",
        "records": records,
        "records_a_second": round(records / spent),
        **{name: round(value, 1) for name, value in done.items()},
        "peer": {"name": "bare work", "records_a_second": round(records / peer)},
        "share_of_bare_work": round(peer / spent, 3),
        "targets": {
            "records_a_second": RECORDS_A_SECOND,
            "worker_peak_mb": WORKER_MB,
            "share_of_bare_work": SHARE,
        },
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(told))
    return int(records / spent < RECORDS_A_SECOND or done["worker_peak_mb"] > WORKER_MB)


def _work(records: int) -> dict[str, float]:
    """In the portal: upload, check, queue and send, as people and workers do."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from fini.batches.columns import propose
    from fini.models import Profile
    from fini.services import batch_approvals, batch_files, reading
    from fini.services.sending import run
    from portal import clock
    from portal.celery import leave_what_is_loaded_alone
    from portal.people.models import User
    from tests.fini.batch_builders import acting
    from tests.fini.sending_builders import states

    leave_what_is_loaded_alone()  # as every worker does when it is ready
    content = _csv(records)
    profile = Profile.objects.select_related("participant").get()
    who = acting(User.objects.get(username="alice"), profile.participant)
    began = time.perf_counter()
    batch = batch_files.take(profile, "bench.csv", content, who, clock.now())
    layout = dict(propose(batch.heading).layout)
    batch_files.choose(batch, layout, who, ipo_id="", firm_id="")
    reading.read(batch.pk)
    batch.refresh_from_db()
    batch_approvals.ask(batch, who, clock.now(), leave_out=False)
    read = time.perf_counter()
    cpu = time.process_time()
    run.run(batch.pk)
    ended = time.perf_counter()
    cpu = time.process_time() - cpu
    if states(batch) != {"recorded": records}:
        raise RuntimeError(f"not every record is recorded: {states(batch)}")
    return {
        "read_seconds": read - began,
        "send_seconds": ended - read,
        "send_cpu_seconds": cpu,
        "worker_peak_mb": peak_mb(),
    }


def _csv(records: int) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADING)
    for number in range(records):
        person = (f"P{number:07}", "CHAN TAI MAN", "陳大文")
        where = ("1234", "00000", "1000", "8", "HKG")
        rows.writerow([f"CL-240301-{number:06}", *where, *person])
    return text.getvalue().encode("utf-8-sig")


def _bare(records: int) -> float:
    """Seconds."""
    gateway_key = rsa.generate_private_key(65537, 2048).public_key()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rows = sqlite3.connect(Path(folder) / "rows.sqlite3")
        rows.execute("PRAGMA journal_mode=WAL")
        columns = "id TEXT PRIMARY KEY, own_ref, ipo, firm, quantity, person, status"
        rows.execute(f"CREATE TABLE record ({columns})")
        began = time.perf_counter()
        for first in range(0, records, ARRAY):
            entries = [_entry(number) for number in range(first, first + ARRAY)]
            _sealed(entries, gateway_key)
            with rows:
                rows.executemany(
                    "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [_row(entry) for entry in entries],
                )
        spent = time.perf_counter() - began
        rows.close()
    return spent


def _sealed(entries: list[dict[str, Any]], gateway_key: rsa.RSAPublicKey) -> str:
    key, iv = os.urandom(32), os.urandom(12)
    encrypt, encode = AESGCM(key).encrypt, base64.b64encode
    for entry in entries:
        person = entry["idList"][0]
        for name, value in person.items():
            sealed = encrypt(iv, value.encode(), None)
            person[name] = "%enc_%" + encode(sealed).decode()
    body = json.dumps({"data": entries}, separators=(",", ":")).encode()
    gateway_key.encrypt(encode(key) + b"#" + encode(iv), padding.PKCS1v15())
    return hmac.new(key, body, "sha256").hexdigest()


def _entry(number: int) -> dict[str, Any]:
    person = {
        "idType": "8",
        "idCountryJurisdiction": "HKG",
        "idNum": f"P{number:07}",
        "fullNameEng": "CHAN TAI MAN",
        "fullNameChi": "陳大文",
    }
    return {
        "requestID": str(number),
        "ipoID": "1234",
        "idList": [person],
        "appQuantity": "1000",
        "firmID": "00000",
        "ownRef": f"CL-240301-{number:06}",
    }


def _row(entry: dict[str, Any]) -> tuple[object, ...]:
    person = json.dumps(entry["idList"])
    kept = (entry["ownRef"], entry["ipoID"], entry["firmID"], entry["appQuantity"])
    return (uuid.uuid4().hex, *kept, person, "recorded")


if __name__ == "__main__":
    sys.exit(main())
