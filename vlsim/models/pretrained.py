"""Towers of `transformers`: loading, building again, and how much of them learns."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from vlsim.errors import InvalidValueError

TUNINGS = ("frozen", "adapter", "full")
_OTHERS = {
    "siglip_text_model": "SiglipTextModel",
    "siglip2_text_model": "Siglip2TextModel",
    "blip_vision_model": "BlipVisionModel",
    "blip_text_model": "BlipTextModel",
}
"""Classes of towers that AutoModel does not know."""


class Tower(nn.Module):
    """A pretrained model that is never in training mode, and learns only if it is tuned in full.

    Dropout would make PPO compare an action's probability with that of another network.
    """

    def __init__(self, model: nn.Module, tuning: str) -> None:
        """Wrap a model of `transformers`."""
        super().__init__()
        if tuning not in TUNINGS:
            raise InvalidValueError(f"tuning must be one of {', '.join(TUNINGS)}, got '{tuning}'.")
        self.model: Any = model.eval()
        self._learns = tuning == "full"
        self.model.requires_grad_(self._learns)

    def train(self, mode: bool = True) -> "Tower":
        """Stay in evaluation mode."""
        super().train(mode)
        self.model.eval()
        return self

    def forward(self, **inputs: Tensor) -> Tensor:
        """Return the last hidden state, (M, K, width)."""
        with torch.set_grad_enabled(self._learns and torch.is_grad_enabled()):
            hidden: Tensor = self.model(**inputs).last_hidden_state
        return hidden

    def projection(self, dim: int, tuning: str) -> nn.Module:
        """Return new layers from the tower's width to `dim`, with a bottleneck for an adapter."""
        width = self.model.config.hidden_size
        normalise, project = nn.LayerNorm(width), nn.Linear(width, dim)
        if tuning != "adapter":
            return nn.Sequential(normalise, project)
        return nn.Sequential(normalise, nn.Linear(width, dim), nn.ReLU(), nn.Linear(dim, dim))


def load_tower(source: str, part: str, needed: Sequence[str], what: str, tuning: str) -> Tower:
    """Load the tower of a Hugging Face id or folder.

    Args:
        source: The id or the folder.
        part: Name of the tower's own configuration in one of several towers: "vision_config".
        needed: Fields that its configuration has to have.
        what: What the tower is for, in the error message: "vision".
        tuning: What of it learns.

    Raises:
        InvalidValueError: If there is none, it is incomplete, or is no such tower.
    """
    from transformers import AutoConfig
    from transformers.utils import logging

    try:
        whole = AutoConfig.from_pretrained(source)
        config = getattr(whole, part, whole)
        if not all(hasattr(config, name) for name in needed):
            raise InvalidValueError(
                f"'{source}' holds a '{config.model_type}', which is no {what} tower."
            )
        verbosity = logging.get_verbosity()
        logging.set_verbosity_error()  # it lists the weights of the other tower as unused
        try:
            model, report = _class_of(config).from_pretrained(
                source,
                config=config,
                output_loading_info=True,
                ignore_mismatched_sizes=True,  # they are refused below, in one line
                attn_implementation="eager",
                key_mapping={rf"^{name}\.": "" for name in _names_within(whole, config)},
            )
        finally:
            logging.set_verbosity(verbosity)
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, InvalidValueError):
            raise
        reason = " ".join(str(error).split())
        raise InvalidValueError(
            f"Cannot load a {what} tower from '{source}': {reason:.200}. Give the id or the folder "
            "of a model that transformers' AutoModel reads."
        ) from error
    if differing := sorted(report["mismatched_keys"]):
        name, there, wanted = differing[0]
        raise InvalidValueError(
            f"'{source}' has {len(differing)} weights of other shapes than its config.json says, "
            f"'{name}' first: {tuple(there)} instead of {tuple(wanted)}."
        )
    missing = [name for name in report["missing_keys"] if "pooler" not in name]
    if missing:
        raise InvalidValueError(
            f"'{source}' is incomplete: {len(missing)} weights are missing, '{missing[0]}' first."
        )
    return Tower(model, tuning)


def build_tower(config: Mapping[str, Any], tuning: str) -> Tower:
    """Build the tower of a configuration as JSON; its weights come from a bundle."""
    from transformers import AutoConfig

    plain = json.loads(json.dumps(dict(config)))
    described = AutoConfig.for_model(**plain)
    kind = _class_of(described)
    build = getattr(kind, "from_config", None) or kind._from_config
    return Tower(build(described, attn_implementation="eager"), tuning)


def _class_of(config: Any) -> Any:  # noqa: ANN401 (transformers has no common type)
    import transformers

    return getattr(transformers, _OTHERS.get(config.model_type, "AutoModel"))


def _names_within(whole: Any, config: Any) -> tuple[str, ...]:  # noqa: ANN401 (the same)
    """Return what a tower is called in the file of a whole model, where transformers cannot tell.

    BLIP's models for captions, for retrieval and for questions have a decoder, an encoder or both.
    """
    if config.model_type == "blip_vision_model":
        return ("vision_model",)
    if config.model_type != "blip_text_model":
        return ()
    says = "BlipForConditionalGeneration" in (whole.architectures or ())
    return (r"text_decoder\.bert",) if says else ("text_encoder", "text_model")


def load_image_rule(source: str) -> dict[str, list[float]]:
    """Return the "mean" and "std" that a model's processor normalises pictures with.

    Raises:
        InvalidValueError: If the model has no image processor.
    """
    from transformers import AutoImageProcessor

    try:
        processor = AutoImageProcessor.from_pretrained(source, backend="pil")
    except (OSError, ValueError, ImportError) as error:
        raise InvalidValueError(
            f"'{source}' has no image processor (preprocessor_config.json), so how its pictures "
            "are normalised is unknown."
        ) from error
    return {"mean": list(processor.image_mean), "std": list(processor.image_std)}
