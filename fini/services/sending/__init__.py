"""Sending the records of a batch, each once: arrays, outcomes, and what is unclear.

Low to high: claims, arrays, outcomes, unclear, looking_up, closings, consequences,
decisions, verdicts, run.
"""
