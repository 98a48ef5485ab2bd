"""What is shown of one record, beside its list or in front of it."""
