"""The networks behind the models: encoder and decoder of a new sequence."""
