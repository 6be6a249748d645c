"""Speaking SSH to HKEX, without the ORM, settings or Django."""
