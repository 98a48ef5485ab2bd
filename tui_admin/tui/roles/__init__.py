"""Screen 4: the roles as a board of what they allow, and what is about to change on it."""
