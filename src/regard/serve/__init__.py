"""HTTP over model folders. One thread computes (worker.py); everything before it only reads, checks and waits."""
