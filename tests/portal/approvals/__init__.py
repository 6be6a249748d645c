"""Tests of portal.approvals."""
