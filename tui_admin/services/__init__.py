"""What an operator can do: one method, one transaction, rights checked inside."""
