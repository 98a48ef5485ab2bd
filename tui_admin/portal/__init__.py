"""The pages for people who are invited, or who register by themselves."""
