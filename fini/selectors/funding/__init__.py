"""What the pages of funding show."""
