"""A long-term memory: its speed beside an index of vectors, what a large one costs, and what a kill leaves of it."""
