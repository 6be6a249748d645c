"""Files out and files in: submissions, visits, result files."""
