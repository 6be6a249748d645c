"""The pages of fetching in Chromium."""
