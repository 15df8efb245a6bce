"""Sizes of towers that are made on the spot, and the words that their tokenizers know."""

DIM, SIDE = 32, 64
"""Features of the tokens of a backbone, and side of its pictures, pixels."""
SMALL = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
}
PICTURE = {**SMALL, "image_size": 32, "patch_size": 8}
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "red", "cu", "##be", "touch", "blue"]
