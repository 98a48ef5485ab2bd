"""Screen 5: what stands beside the organisations, which is who is in them."""
