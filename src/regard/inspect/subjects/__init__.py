"""What can be looked at: a model with one item, and what is asked of it."""
