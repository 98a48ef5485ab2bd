"""Rules without input or output: what the words of the design mean."""
