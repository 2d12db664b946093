"""Networks as ONNX graphs: an encoder and one step of a decoder, or the whole of a network that answers."""
