"""What a server bears: 200 clients at once, every fault of the wire and of files, its own document, damaged inputs."""
