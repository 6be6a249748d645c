"""Tests of speaking SSH to HKEX."""
