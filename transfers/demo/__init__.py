"""The demo of a sandbox deployment: people, access to the exchange, sample files."""
