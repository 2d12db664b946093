"""Models of other libraries in the same shape; each is made only where its library is installed."""

from typing import Any

import torch
from benchmarks.training.shapes import VOCABULARY, Shape
from torch import Tensor, nn

from regard.inputs.text import BEGIN, END
from regard.training.data import Batch


class Marian(nn.Module):
    """Hugging Face's MarianMTModel; its own forward pass computes the loss, without smoothing."""

    def __init__(self, of: Shape) -> None:
        from transformers import MarianConfig, MarianMTModel

        super().__init__()
        sizes = {
            f"{side}_{name}": value
            for side in ("encoder", "decoder")
            for name, value in (
                ("layers", of.layers),
                ("attention_heads", of.heads),
                ("ffn_dim", of.feed_forward),
            )
        }
        tokens = {"pad_token_id": 0, "eos_token_id": END, "decoder_start_token_id": BEGIN}
        settings = MarianConfig(vocab_size=VOCABULARY, d_model=of.width, dropout=of.dropout, **sizes, **tokens)
        self.body: Any = MarianMTModel(settings)

    def loss(self, batch: Batch) -> Tensor:
        """The mean loss of a target token."""
        source, lengths = batch.source.values, batch.source.lengths
        loss: Tensor = self.body(
            input_ids=source,
            attention_mask=torch.arange(source.shape[1]) < lengths[:, None],
            decoder_input_ids=batch.target_in,
            labels=batch.target_out.masked_fill(~batch.real, -100),
        ).loss
        return loss
