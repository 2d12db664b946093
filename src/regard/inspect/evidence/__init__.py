"""What stands beside the weights: what each position was worth to an answer, measured in other ways."""
