"""Tests of portal.alerts."""
