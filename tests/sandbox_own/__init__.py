"""The sandbox alone: that it imposes the guide's rules and fails as it is told."""
