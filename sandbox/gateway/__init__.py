"""HKEX's FINI API Gateway in a box: tokens, envelope, IPOs, subscriptions, funding."""
