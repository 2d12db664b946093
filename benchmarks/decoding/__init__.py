"""Writing: a translator of regard beside engines that its weights were given to."""
