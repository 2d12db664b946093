"""What a forward pass has read: every call of `attend` in it, as plain arrays."""
