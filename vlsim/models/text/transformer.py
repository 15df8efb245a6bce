"""A small text transformer, built by `transformers` and trained from scratch."""

from torch import Tensor

from vlsim.models.text.base import TEXT, Text
from vlsim.models.tokens import TextTokens

LAYERS, HEADS = 2, 4
LONGEST = 512
"""Most words of a sentence."""


@TEXT.register("transformer")
class TransformerText(Text):
    """Every word attends to all others of its sentence."""

    dim_multiple = HEADS

    def __init__(self, vocabulary_size: int, dim: int) -> None:
        """Build an encoder of `vocabulary_size` token ids to `dim` features."""
        super().__init__()
        from transformers import BertConfig, BertModel

        config = BertConfig(
            vocab_size=vocabulary_size,
            hidden_size=dim,
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            intermediate_size=2 * dim,
            hidden_act="relu",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            max_position_embeddings=LONGEST,
            pad_token_id=0,
        )
        config._attn_implementation = "eager"
        self.tower = BertModel(config, add_pooling_layer=False)

    def forward(self, ids: Tensor) -> TextTokens:
        """Return the tokens of sentences (M, L), int64."""
        mask = ids > 0
        words = self.tower.get_input_embeddings()(ids)
        context = self.tower(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        # Zero at padding, also of a sentence without words, in which padding attends to padding.
        counts = mask[..., None]
        return TextTokens(words * counts, context * counts, mask)
