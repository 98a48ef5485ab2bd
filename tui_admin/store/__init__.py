"""Where people are kept: the schema and the two engines that hold it."""
