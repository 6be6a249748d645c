"""Benchmarks against real peers: one JSON object a line."""
