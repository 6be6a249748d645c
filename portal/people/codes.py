"""The shapes of the codes by which the exchange knows a participant."""

import re

SHAPES = {
    "ce_number": (
        re.compile(r"[A-Z]{3}[0-9]{3}"),
        "A CE number is three capital letters and three digits, such as AAA000.",
    ),
    "firm_id": (
        re.compile(r"[0-9]{1,10}"),
        "A Firm ID is digits only, such as 00000.",
    ),
    "dcass_customer_code": (
        re.compile(r"C[A-Z0-9]{3}"),
        "A DCASS customer code is C and three capital letters or digits, such as CXYZ.",
    ),
    "company_id": (
        re.compile(r"[A-Za-z0-9]{1,20}"),
        "A Company ID is letters and digits only, without spaces.",
    ),
}
PARTICIPANT_SHAPE = re.compile(r"[A-Z0-9]{2,20}")
PARTICIPANT_SENTENCE = (
    "A participant's code is 2 to 20 capital letters and digits, such as CP00010."
)


def fault_of_identity(kind: str, code: str) -> str | None:
    """What is wrong with a code of this kind, in a sentence; None when right.

    The shapes of examples in the guides (notes.md, "Submissions"; Guide C §3.1).
    """
    shape, sentence = SHAPES[kind]
    return None if shape.fullmatch(code) else f"{code!r} is not right. {sentence}"


def fault_of_participant(code: str) -> str | None:
    """What is wrong with a participant's own code; None when right."""
    if PARTICIPANT_SHAPE.fullmatch(code):
        return None
    return f"{code!r} is not right. {PARTICIPANT_SENTENCE}"
