"""What a reply of the gateway means: an answer, a refusal, or nothing that is clear.

A refusal is what may be sent again without harm; so only that is one which says that
the whole request was not done. Everything else is unclear.
"""

from collections.abc import Iterator

from fini import names
from fini.calls import Call
from fini.envelope import DataKey, open_answer
from fini.errors import (
    AnswerLost,
    AnswerUnreadable,
    CallRefused,
    GatewayKeyReplaced,
    TooManyCalls,
)
from fini.line import Reply
from fini.wire import answers, json_text
from fini.wire.answers import Answer
from fini.wire.scalars import mapping
from portal.exchange.errors import printable

# Said before any record is looked at; a 400 may be around entries, of which some are
# done, and so tells nothing when it cannot be read.
NOT_LOOKED_AT = frozenset({401, 403, 404, 405, 413, 415, 429})


def understood(reply: Reply, call: Call, data_key: DataKey | None) -> Answer:
    """The answer, also one with entries of which some failed. Raises CallRefused and
    its kinds, AnswerLost, AnswerUnreadable."""
    if 300 <= reply.status < 400:
        raise json_text.unreadable(f"it sends us elsewhere (HTTP {reply.status})")
    if reply.status < 300:
        answer = _read(reply, data_key)
        if answer.succeeded or answer.data:
            return answer
        raise _refusal(reply, call, answer)
    try:
        answer = _read(reply, data_key)
    except AnswerUnreadable:
        if reply.status < 500 and reply.status not in NOT_LOOKED_AT:
            raise
        raise _refusal(reply, call, None) from None
    if answer.data and reply.status < 500:
        return answer  # something of it may be done: entry by entry
    raise _refusal(reply, call, answer)


def _read(reply: Reply, data_key: DataKey | None) -> Answer:
    tree = json_text.parse(reply.body)
    opened = open_answer(tree, data_key) if data_key is not None else tree
    return answers.answer(mapping(opened, "the answer"))


def _refusal(
    reply: Reply, call: Call, answer: Answer | None
) -> CallRefused | AnswerLost:
    code, message = _said(answer)
    if code == names.DUPLICATE_REQUEST:
        # An id is never used twice by us: somebody on the way repeated the request,
        # and this answers the second.
        return _unclear(f"says that it has had this request before ({code})")
    is_crypto = code.startswith(names.CRYPTO_REFUSALS)
    if reply.status >= 500 and not is_crypto:
        return _unclear(f"met an error of its own (HTTP {reply.status})")
    kind: type[CallRefused] = CallRefused
    bare = f"HTTP {reply.status}"
    if reply.status == 429:
        kind, bare = TooManyCalls, "HTTP 429, too many requests"
    elif code == names.WRONG_PUBLIC_KEY:
        kind = GatewayKeyReplaced
    message = without_people(printable(message), call)
    said = " ".join(part for part in (code, message) if part)
    refused = kind(
        f"FINI refused the request: {said or bare}. Nothing of it was done.",
        http_status=reply.status,
        code=code,
        message=message,
    )
    if isinstance(refused, TooManyCalls):
        refused.retry_after = reply.retry_after
    return refused


def _said(answer: Answer | None) -> tuple[str, str]:
    """The first error that has a code, else the envelope's own."""
    if answer is None:
        return "", ""
    for error in answer.errors:
        if error.code:
            return printable(error.code, 20), error.message
    code = "" if answer.code == names.SUCCESS else answer.code
    return printable(code, 20), answer.message


def _unclear(what: str) -> AnswerLost:
    return AnswerLost(
        f"FINI {what}. Whether it did what was asked is not known. FINI is queried for "
        "what it has before anything is sent again."
    )


def without_people(message: str, call: Call) -> str:
    """FINI may repeat what it was sent; sentences are kept and logged."""
    for value in sorted(set(_people(call.payload)), key=len, reverse=True):
        message = message.replace(value, "…")
    return message


def _people(tree: object) -> Iterator[str]:
    """What would tell of a person: not an ID type of one character."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name in names.ENCRYPTED_FIELDS and isinstance(value, str):
                if len(value) > 1:
                    yield value
            else:
                yield from _people(value)
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from _people(item)
