"""What an account needs before it can send files (Guide A §5.2.2 and §5.4)."""

# Marked by a person; everything else of the checklist is known to the portal.
MARKED = {
    "circuit": "Circuit to HKEX",
    "login": "Login account with the SFTP right",
    "EU_ECPTO": "EU_ECPTO (ECP SEHK Participant)",
    "EU_ECPHKIDR": "EU_ECPHKIDR (ECP Relevant Regulated Intermediaries)",
    "EU_ECPSFTP": "EU_ECPSFTP (SFTP)",
}


def business_functions(*, is_ep: bool, uses_wings: bool) -> tuple[str, ...]:
    """Those to hold at ECP; none for logins through SFC WINGS."""
    if uses_wings:
        return ()
    held = ("EU_ECPHKIDR", "EU_ECPSFTP")
    return ("EU_ECPTO", *held) if is_ep else held


def circuits(environment: str, *, is_ep: bool) -> tuple[str, ...]:
    """The circuits that lead there, in words; HSN and HSTN are for EPs only."""
    production = str(environment) != "test"
    line = "SDNet/2" if production else "SDNet/2 Testing Line"
    network = "HSN" if production else "HSTN"
    return (line, network) if is_ep else (line,)
