"""An environment to try things in: made-up people and a mailbox of its own."""
