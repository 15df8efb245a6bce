"""A model that sees and reads as a bundle, like that of a policy; nothing in it is executed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from vlsim.deploy.bundle import Bundle, load_bundle, save_bundle
from vlsim.deploy.manifest import CONFIG, GOLDEN, TOKENIZER
from vlsim.deploy.network import GOLDEN_TOLERANCE
from vlsim.deploy.sizes import check_towers, misfit
from vlsim.errors import BundleError, InvalidValueError, VlsimError
from vlsim.interface.cameras import MAIN
from vlsim.interface.observation import IMAGE, INSTRUCTION
from vlsim.interface.policy import PolicySpec
from vlsim.language.tokenizer import InstructionTokenizer
from vlsim.models.config import BackboneConfig
from vlsim.models.perceivers import MODELS, Model
from vlsim.models.precision import FP32
from vlsim.reader import read_as
from vlsim.seeding import stream

ROWS, WORDS = 4, 12
"""Pictures and sentences of the self-test, and words of each."""
SEEN, READ = "seen", "read"


@dataclass(frozen=True)
class _Written:
    """The `config.json` of a model's bundle."""

    model: str
    backbone: BackboneConfig
    blind: bool = False


def save_model(folder: Path, name: str, model: Model, seed: int) -> Path:
    """Write a model of `MODELS` as a bundle, with inputs and outputs of a self-test.

    Returns:
        The folder.
    """
    precision, model.backbone.precision = model.backbone.precision, FP32
    rng, config = stream(seed, "golden"), model.backbone.config
    shape = (ROWS, config.image_size, config.image_size, 3)
    inputs = {
        IMAGE: rng.integers(0, 256, shape, np.uint8),
        INSTRUCTION: rng.integers(1, config.vocabulary_size, (ROWS, WORDS)),
    }
    model.eval()
    golden = {**inputs, **_encoded(model, inputs[IMAGE], inputs[INSTRUCTION])}
    try:
        return save_bundle(
            folder,
            config={"model": name, **model.description},
            state=model.state_dict(),
            tokenizer_json=model.tokenizer.to_json(),
            spec=PolicySpec(cameras={MAIN: config.image_size}),
            about={"model": name, "tolerance": {"torch": GOLDEN_TOLERANCE}},
            golden=golden,
        )
    finally:
        model.backbone.precision = precision


def load_model(folder: Path | str, *, device: str = "cpu") -> Model:
    """Load a model's bundle and check it against its golden outputs.

    Raises:
        BundleError: If the bundle is damaged, holds a policy, or its model does not give what it
            gave when it was saved.
        UnknownNameError: If there is no model of its name here.
    """
    bundle = load_bundle(folder)
    model = _built(bundle).eval()
    golden = bundle.golden
    try:
        encoded = _encoded(model, golden[IMAGE], golden[INSTRUCTION])
        difference = max(float(np.abs(encoded[name] - golden[name]).max()) for name in encoded)
    except (KeyError, ValueError, IndexError, RuntimeError) as error:
        raise BundleError(f"{bundle.folder}/{GOLDEN} does not fit: {error}") from error
    if not difference <= GOLDEN_TOLERANCE:
        raise BundleError(
            f"{bundle.folder}/{GOLDEN}: what is seen and read differs by {difference:.2g}; allowed "
            f"{GOLDEN_TOLERANCE}."
        )
    return model.to(device)


def _built(bundle: Bundle) -> Model:
    if "model" not in bundle.config:
        raise BundleError(f"{bundle.folder} holds a policy, not a model; see: vlsim list models")
    try:
        written = read_as(_Written, bundle.config, f"{bundle.folder}/{CONFIG}")
        tokenizer = InstructionTokenizer.from_json(bundle.tokenizer_json)
    except InvalidValueError as error:
        raise BundleError(f"{bundle.folder}, {CONFIG} or {TOKENIZER}: {error}") from None
    kind, state = MODELS[written.model], bundle.state
    check_towers(bundle, written.backbone)
    try:
        # As for a policy: nothing is allocated for sizes that a forger made up.
        with torch.device("meta"):
            sizes = kind(written.backbone, tokenizer).state_dict()
        if {k: v.shape for k, v in sizes.items()} != {k: v.shape for k, v in state.items()}:
            raise ValueError("the shapes differ")
        if written.backbone.image_size != bundle.golden[IMAGE].shape[-2]:
            raise ValueError(f"image_size is not that of the pictures in {GOLDEN}")
        with torch.random.fork_rng(devices=[]):
            model = kind(written.backbone, tokenizer)
        model.load_state_dict(state)
    except (LookupError, TypeError, ValueError, RuntimeError, VlsimError) as error:
        misfit(bundle, str(error))
    model.blind = written.blind
    return model


@torch.no_grad()
def _encoded(
    model: Model, image: NDArray[np.uint8], ids: NDArray[np.int64]
) -> dict[str, NDArray[np.float32]]:
    """Return what a model sees in pictures and reads in sentences, on average. (ROWS, D) each."""
    text = model.backbone.read(torch.from_numpy(ids).to(model.device))
    seen = model.see(image).features.mean(1)
    return {SEEN: seen.cpu().numpy(), READ: text.context.mean(1).cpu().numpy()}
