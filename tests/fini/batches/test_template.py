"""What is downloaded to be filled in is understood when it comes back."""

from fini.batches.columns import propose
from fini.batches.template import template
from tests.fini.batches.files import cells


def test_the_template_is_read_as_a_settled_heading() -> None:
    (heading,) = cells(template())
    found = propose(heading)
    assert found.settled
    assert len(found.layout) == 9


def test_a_row_below_it_is_a_row() -> None:
    assert len(cells(template() + "CL-1,1234,,,,,,,陳\r\n".encode())) == 2
