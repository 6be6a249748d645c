"""The frame of every page: band, menu, panels, Today, live updates."""
