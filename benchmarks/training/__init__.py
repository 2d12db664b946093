"""Training steps beside peers: `python -m benchmarks.training`."""
