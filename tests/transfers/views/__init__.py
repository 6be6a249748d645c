"""The pages of submissions, by the people who open them."""
