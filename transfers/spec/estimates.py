"""How long an upload to HKEX takes on a line of known bandwidth (Guide A §4.1.3)."""


def upload_seconds(size: int, bandwidth_bps: int) -> float:
    """10 MB take about 1.5 minutes on a 1 Mb line: bytes * 8 / bandwidth * 1.125."""
    return size * 8 / bandwidth_bps * 1.125


def bandwidth_words(bandwidth_bps: int) -> str:
    """`10 Mb/s`."""
    return f"{bandwidth_bps / 1_000_000:g} Mb/s"
