"""What HKEX takes as a submission: pure functions over one catalogue (Guide A)."""
