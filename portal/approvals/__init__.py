"""The second pair of eyes: what one person asks for, another decides."""
