"""People and what they may do: users, participants, identities, memberships."""
