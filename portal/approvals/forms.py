"""The decision of an approver."""

from django import forms

TOO_LONG = (
    "The reason is longer than 2,000 characters. Nothing was decided. Say it shorter."
)

NUL = (
    "The reason holds a character that cannot be stored. Nothing was decided. "
    "Type the reason again."
)


class DecisionForm(forms.Form):
    """Whether a decline needs a reason, the service says."""

    decision = forms.ChoiceField(
        choices=[("approve", "Approve"), ("decline", "Decline")],
        error_messages={
            "required": "No decision was chosen. Nothing was decided. "
            "Use Approve or Decline.",
            "invalid_choice": "There is no such decision. Nothing was decided. "
            "Use Approve or Decline.",
        },
    )
    reason = forms.CharField(
        required=False,
        max_length=2000,
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": NUL},
    )
