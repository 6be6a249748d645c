"""A program of the tests: appends rows to the chains of codes, one transaction each.

python -m tests.portal.activity.writer COUNT CODE [CODE …]; fails a fifth of them.
"""

import sys

import django


def main(count: int, codes: list[str]) -> None:
    django.setup()
    from portal.activity import transaction
    from portal.activity.models import Endpoint, Kind, Status
    from portal.activity.services import append
    from portal.people.models import Participant

    people = list(Participant.objects.filter(code__in=codes))
    for number in range(count):
        try:
            with transaction.atomic():
                append(
                    people[number % len(people)],
                    Kind.LOGIN,
                    Endpoint.WEB,
                    f"entry {number}",
                    Status.SUCCESSFUL,
                )
                if number % 5 == 4:
                    raise InterruptedError
        except InterruptedError:
            continue


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main(int(sys.argv[1]), sys.argv[2:])
