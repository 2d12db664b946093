"""Models for other runtimes: folders that answer without torch and without an installed regard."""
