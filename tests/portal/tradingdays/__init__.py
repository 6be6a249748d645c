"""Tests of the trading days."""
