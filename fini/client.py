"""One client of one gateway for one profile: tokens, envelope, slots, and the calls.

It knows no tables and no settings; what it needs of them are its `Seams`. A read is
asked again where that helps. A write is prepared, and then sent once.
"""

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric import rsa

from fini import calls, envelope, gateway_key, names, replies
from fini.access_tokens import TokenEndpoint
from fini.assertions import Applicant
from fini.calls import Call
from fini.envelope import DataKey
from fini.errors import (
    AnswerLost,
    CallRefused,
    GatewayKeyReplaced,
    GatewayUnreachable,
    PreparedTooLongAgo,
)
from fini.gateways import Gateway
from fini.line import Line, Patience, Reply
from fini.retries import Retries
from fini.seams import Seams, Slot
from fini.tokens import TokenKeeper
from fini.wire import access, paging
from fini.wire.access import CryptoMeta, epoch_ms
from fini.wire.answers import Answer

T = TypeVar("T")
META_GOOD_FOR = 3_600.0  # seconds: clocks drift, and a key is replaced with 411007
# Seconds from a slot to its request's first byte; budget.py allows for them.
SEND_WITHIN = 1.5
# The same where nothing is counted: a token is given with six seconds left.
TOKEN_SENT_WITHIN = 4.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request whole and ready; to be sent at once, and once."""

    call: Call
    request_id: str
    token: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    data_key: DataKey | None
    slot: Slot | None
    ready_at: float  # monotonic
    public_key: str = field(repr=False)  # what it was sealed for, or ""


@dataclass(frozen=True, slots=True)
class MadeAhead:
    """The body of one call, encrypted before the call's time has come."""

    covered: envelope.Covered = field(repr=False)
    public_key: str = field(repr=False)  # what it was encrypted for


@dataclass(frozen=True, slots=True)
class _Remembered:
    meta: CryptoMeta
    key: rsa.RSAPublicKey = field(repr=False)
    until: float


class Client:
    """Any number of threads may use one; connections are kept between calls."""

    def __init__(
        self,
        gateway: Gateway,
        applicants: Sequence[Applicant],
        seams: Seams,
        *,
        clock_offset_ms: int = 0,
        patience: Patience | None = None,
    ) -> None:
        """`applicants`: key sets in the order tried. Raises GatewayUnreachable for a
        CA file that cannot be read."""
        self._gateway, self._seams = gateway, seams
        self._line = Line(gateway.base_url, gateway.ca_file, patience)
        self._endpoint = TokenEndpoint(
            self._line, gateway.token_path, applicants, seams, clock_offset_ms
        )
        self._tokens = TokenKeeper(self._endpoint.ask, seams.monotonic)
        self._meta: _Remembered | None = None
        self._meta_line = threading.Lock()

    @property
    def clock_offset_ms(self) -> int:
        """How far the gateway's clock is ahead of ours, as far as is known."""
        return self._endpoint.clock_offset_ms

    def sign_in(self) -> None:
        """Get a token, if there is none that works."""
        self._tokens.token()

    def meta(self) -> CryptoMeta:
        """Crypto meta, fetched at most once an hour unless the key is replaced."""
        return self._sealing().meta

    def read(self, call: Call) -> Answer:
        """Ask, and again where that may help; FINI is only asked, so nothing is done
        twice. Raises what send() raises, and CallRefused for an answer that failed."""
        return self._retried(lambda: self._asked(self._ready(call)))

    def pages(self, ask: Callable[[str], Call]) -> Iterator[Answer]:
        """Every page of a list, `ask` giving the call for a cursor."""
        return paging.pages(lambda cursor: self.read(ask(cursor)))

    def cover(self, call: Call) -> MadeAhead | None:
        """For prepare(), when there is time before; None where nothing is encrypted, or
        FINI would have to be asked for its key."""
        held = self._meta
        if held is None or self._is_stale(held) or not self._is_sealed(call):
            return None
        return self._made(call, held)

    def prepare(
        self, call: Call, request_id: str, made: MadeAhead | None = None
    ) -> Prepared:
        """All that may fail or has to wait; nothing of the request is sent. Raises
        GatewayUnreachable and its kinds, GatewayKeyUnfit, and what meta() raises."""
        sealing = self._sealing() if self._is_sealed(call) else None
        self._tokens.token()  # a slot must not grow old while one is asked for
        slot = self._seams.slot(call.path)
        token, ready_at = self._tokens.token(), self._seams.monotonic()
        body, headers, data_key = self._sealed(call, request_id, sealing, made)
        return Prepared(
            call=call,
            request_id=request_id,
            token=token,
            headers={**calls.headers(token), **headers},
            body=body,
            data_key=data_key,
            slot=slot,
            ready_at=ready_at,
            public_key=sealing.meta.public_key if sealing else "",
        )

    def send(self, prepared: Prepared) -> Answer:
        """One attempt, never repeated by itself.

        Raises GatewayUnreachable: nothing left us. CallRefused (TooManyCalls,
        GatewayKeyReplaced): FINI did nothing of it. AnswerLost, AnswerUnreadable:
        FINI may have done it.
        """
        reply = self._sent(prepared)
        if reply.status == 401:
            self._tokens.refused(prepared.token)
        try:
            return replies.understood(reply, prepared.call, prepared.data_key)
        except CallRefused as refused:
            self._learn(refused, prepared)
            raise

    def close(self) -> None:
        self._line.close()

    def _retried(self, ask: Callable[[], T]) -> T:
        retries = Retries(self._seams.pause)
        while True:
            try:
                return ask()
            except (CallRefused, AnswerLost, PreparedTooLongAgo) as failed:
                retries.rest_after(failed)

    def _ready(self, call: Call) -> Prepared:
        return self.prepare(call, envelope.new_request_id())

    def _asked(self, prepared: Prepared) -> Answer:
        answer = self.send(prepared)
        if not answer.succeeded:
            raise CallRefused(
                f"FINI answered {answer.code} to a query. Nothing of it was used.",
                http_status=200,
                code=answer.code,
                message=answer.message,
            )
        return answer

    def _sent(self, prepared: Prepared) -> Reply:
        slot, seams = prepared.slot, self._seams
        if self._is_late(prepared):
            raise PreparedTooLongAgo(
                "The request was ready, but not sent at once: FINI’s limits and tokens "
                "are counted in seconds. Nothing was sent. It is prepared anew."
            )
        began, status = seams.monotonic(), None
        try:
            reply = self._line.ask(
                prepared.call.method,
                prepared.call.path,
                headers=prepared.headers,
                query=prepared.call.query,
                body=prepared.body,
            )
            status = reply.status
        except (GatewayUnreachable, AnswerLost) as failed:
            seams.unreachable(failed.sentence)
            raise
        finally:
            if slot is not None:
                seams.ended(slot, status, int((seams.monotonic() - began) * 1000))
        seams.reached()
        return reply

    def _is_late(self, prepared: Prepared) -> bool:
        if self._seams.monotonic() - prepared.ready_at > TOKEN_SENT_WITHIN:
            return True
        slot = prepared.slot
        return slot is not None and self._seams.age(slot) > SEND_WITHIN

    def _is_sealed(self, call: Call) -> bool:
        return call.payload is not None and call.encrypted(
            self._gateway.encrypted_paths
        )

    def _made(self, call: Call, sealing: _Remembered) -> MadeAhead:
        covered = envelope.cover(call.payload or {}, sealing.key)
        return MadeAhead(covered, sealing.meta.public_key)

    def _sealed(
        self,
        call: Call,
        request_id: str,
        sealing: _Remembered | None,
        made: MadeAhead | None,
    ) -> tuple[bytes | None, Mapping[str, str], DataKey | None]:
        if call.payload is None:
            return None, {}, None
        if sealing is None:
            return envelope.serialise(call.payload), {}, None
        if made is None or made.public_key != sealing.meta.public_key:
            made = self._made(call, sealing)
        sealed = envelope.signed(
            made.covered,
            request_id=request_id,
            timestamp_ms=calls.gateway_ms(
                epoch_ms(self._seams.now()), self.clock_offset_ms
            ),
        )
        return sealed.body, sealed.headers, sealed.data_key

    def _learn(self, refused: CallRefused, prepared: Prepared) -> None:
        """Another key or another clock: the next request asks for meta first."""
        stale = isinstance(refused, GatewayKeyReplaced)
        if not stale and refused.code != names.TIMESTAMP_EXPIRED:
            return
        held = self._meta
        if held is not None and held.meta.public_key == prepared.public_key:
            self._meta = None

    def _sealing(self) -> _Remembered:
        """One thread asks, the others wait for it."""
        held = self._meta
        if held is None or self._is_stale(held):
            with self._meta_line:
                held = self._meta
                if held is None or self._is_stale(held):
                    self._meta = held = self._fetched()
        return held

    def _is_stale(self, held: _Remembered) -> bool:
        return self._seams.monotonic() >= held.until

    def _fetched(self) -> _Remembered:
        meta, offset = self._retried(self._meta_asked)
        key = gateway_key.load(meta.public_key)
        self._endpoint.clock_offset_ms = offset
        self._seams.meta_changed(meta, offset)
        return _Remembered(meta, key, self._seams.monotonic() + META_GOOD_FOR)

    def _meta_asked(self) -> tuple[CryptoMeta, int]:
        """With how many milliseconds FINI is ahead; it looked at its clock somewhere
        between question and answer, without the waits before."""
        is_post = self._gateway.meta_method == "POST"
        prepared = self._ready(calls.crypto_meta("POST" if is_post else "GET"))
        before, began = self._seams.now(), self._seams.monotonic()
        meta = access.crypto_meta(self._asked(prepared))
        took = self._seams.monotonic() - began
        return meta, meta.clock_offset_ms(before + dt.timedelta(seconds=took / 2))
