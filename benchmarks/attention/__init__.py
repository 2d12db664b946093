"""Attention beside its peers: time and peak memory, interleaved, in one run (`make bench-attention`)."""
