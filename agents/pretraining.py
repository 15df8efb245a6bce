"""Pretraining: a model that sees and reads, from its first picture to its bundle."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch

from vlsim.agents.load import find_model
from vlsim.data.picture_folder import read_manifest
from vlsim.data.picture_reader import read_pictures
from vlsim.data.pictures import Pictures, draw_pictures
from vlsim.deploy.model_bundle import save_model
from vlsim.deploy.start import start_from
from vlsim.errors import InvalidValueError
from vlsim.interface.perceiver import Answering, Locating
from vlsim.language.tokenizer import picture_tokenizer
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.metrics.places import Located, box_accuracy
from vlsim.models.config import BackboneConfig
from vlsim.models.device import check_device
from vlsim.models.perceivers import MODELS, Model
from vlsim.models.perceivers.base import ROWS
from vlsim.models.precision import choose_precision
from vlsim.objectives import Objectives
from vlsim.objectives.phrases import matched
from vlsim.objectives.pictures import TEXTS, PictureSource, thing_arrays
from vlsim.progress import Progress
from vlsim.runs import drop_metrics
from vlsim.seeding import check_seed, derive
from vlsim.training.checkpoint import latest_checkpoint
from vlsim.training.config import StageConfig, check_at_least, weights_by_name
from vlsim.training.learning import learn
from vlsim.training.stage import SupervisedStage

PERCEPTION_STAGE, WORDS_STAGE = "perception", "words"
STAGES = (PERCEPTION_STAGE, WORDS_STAGE)
MODEL = "model"
"""Folder of the bundle at the end."""
HELD_OUT = 256
"""Pictures that are not learned from, and tell how good the model is."""


@dataclass(frozen=True)
class PretrainConfig:
    """A model that learns from pictures and what can be said of them."""

    model: str
    """Name of the model; `vlsim list models` shows all."""
    data: str = ""
    """Folder of `vlsim collect --kind perception` to learn from; default: draw pictures."""
    pictures: int = 12_000
    """Pictures that are drawn to learn from; of a folder, at most so many are read."""
    image_size: int = 64
    """Side of the pictures, pixels; a multiple of 4."""
    dim: int = 64
    """Features of image tokens and words."""
    vision: str = ""
    """Vision part: `vlsim list vision`, or hf:SOURCE for a vision tower of transformers; default:
    that of the model."""
    text: str = ""
    """Text part: `vlsim list text`, or hf:SOURCE for a text tower of transformers; default: that of
    the model."""
    fusion: str = ""
    """Fusion part: `vlsim list fusion`; default: that of the model."""
    vision_tuning: str = "frozen"
    """What of a pretrained vision tower learns: frozen, adapter or full."""
    text_tuning: str = "frozen"
    """What of a pretrained text tower learns: frozen, adapter or full."""
    start: str = ""
    """Run or bundle of a model to start from: its encoders, and the heads that it has, too."""
    perception: StageConfig = field(default_factory=lambda: StageConfig(600, 2e-3))
    """First stage: see what stands where, without words."""
    words: StageConfig = field(default_factory=lambda: StageConfig(1500, 2e-3))
    """Second stage: all objectives of the model together."""
    objectives: str = ""
    """Weights of objectives, NAME=WEIGHT with commas between; default: those of the model."""
    by_uncertainty: bool = False
    """In the second stage, learn how much each objective counts beside its weight."""
    batch_size: int = 64
    """Pictures in a batch of the first stage, and a quarter of it in the second."""
    texts: int = 8
    """Texts of each picture in a batch."""
    word_dropout: float = 0.02
    """Probability of replacing a word by [UNK]."""
    blind: bool = False
    """Make all pictures black: a baseline for what they are worth."""
    seed: int = 0
    """Random seed of pictures, texts, batches and weights."""
    workers: int = 2
    """Worker processes that draw pictures. Does not change results."""
    threads: int = 1
    """Torch threads."""
    device: str = "cpu"
    """Torch device: cpu, cuda or cuda:0."""
    precision: str = "auto"
    """What encoders compute with while they learn: fp32, bf16, or auto."""

    def __post_init__(self) -> None:
        """Refuse what cannot work, before anything is computed."""
        check_seed(self.seed)
        check_at_least(self, dict.fromkeys(("batch_size", "texts", "workers", "threads", "dim"), 1))
        check_at_least(self, {"pictures": 16})
        if self.image_size % 4:
            raise InvalidValueError(f"image_size must be a multiple of 4, got {self.image_size}.")
        if not 0 <= self.word_dropout <= 1:
            raise InvalidValueError(f"word_dropout must lie in [0, 1], got {self.word_dropout}.")

    @property
    def weights(self) -> Mapping[str, float]:
        """Weights of the objectives by name.

        Raises:
            UnknownNameError: If there is no such model.
        """
        return weights_by_name(self.objectives) or MODELS[self.model].objectives


def build_model(config: PretrainConfig) -> Model:
    """Return the model of a run before its first step."""
    kind = MODELS[config.model]
    backbone = BackboneConfig(
        VOCABULARY_SIZE,
        config.dim,
        config.image_size,
        config.vision or kind.parts["vision"],
        config.text or kind.parts["text"],
        config.fusion or kind.parts["fusion"],
        config.vision_tuning,
        config.text_tuning,
    )
    model = kind(backbone, picture_tokenizer())
    model.blind = config.blind
    if config.start:
        start_from(model, find_model(config.start))
    return model


def pretrain(config: PretrainConfig, run: Path) -> Path:
    """Carry out the run in `run`, from its newest checkpoint if it has one.

    Returns:
        The folder of the model's bundle.
    """
    check_device(config.device)
    torch.set_num_threads(config.threads)
    checkpoint = latest_checkpoint(run, STAGES)
    reached = (STAGES.index(checkpoint[1].stage), checkpoint[1].step) if checkpoint else (0, 0)
    drop_metrics(run, lambda line: (STAGES.index(line["stage"]), line["step"]) > reached)
    pictures = pictures_of(config)
    torch.manual_seed(derive(config.seed, "networks") % 2**32)
    model = build_model(config).to(config.device)
    model.backbone.precision = choose_precision(config.precision, config.device)
    kept_back = min(HELD_OUT, len(pictures) // 8)
    learned, held_out = pictures.part(slice(-kept_back)), pictures.part(slice(-kept_back, None))
    for stage in _stages(config, model, learned):
        measure = _found if stage.name == PERCEPTION_STAGE else _right
        learn(run, stage, partial(_measured, measure, model, held_out, stage.objectives))
    return save_model(run / MODEL, config.model, model, derive(config.seed, "golden"))


def check_data(config: PretrainConfig) -> None:
    """Refuse a folder of pictures that a run cannot learn from.

    Raises:
        InvalidValueError: If it is none, or its pictures are of another size.
    """
    if not config.data:
        return
    side = read_manifest(Path(config.data)).request.image_size
    if side != config.image_size:
        raise InvalidValueError(
            f"{config.data} has pictures of {side} pixels, but image_size is {config.image_size}; "
            f"add --image-size {side}."
        )


def pictures_of(config: PretrainConfig) -> Pictures:
    """Return what a run learns from, read from its folder or drawn."""
    check_data(config)
    if config.data:
        found = read_pictures(Path(config.data))
    else:
        seed = derive(config.seed, "pictures")
        found = draw_pictures(config.pictures, config.image_size, seed, config.workers)
    parts, left = [], config.pictures
    with Progress("Pictures", config.pictures, "pictures") as progress:
        for part in found:
            parts.append(part.part(slice(left)))
            left -= len(parts[-1])
            progress.advance(len(parts[-1]))
            if not left:
                break
    return Pictures.joined(parts)


def _stages(config: PretrainConfig, model: Model, pictures: Pictures) -> list[SupervisedStage]:
    """Return the stages of a run; those without steps, or with nothing to learn, are left out."""
    weights, backbone = config.weights, model.backbone.config
    plans: list[tuple[str, StageConfig, Mapping[str, float], list[type[PictureSource]], int]] = []
    seeing = {name: weight for name, weight in weights.items() if name == PERCEPTION_STAGE}
    if seeing and not config.blind:
        plans.append((PERCEPTION_STAGE, config.perception, seeing, [PictureSource], 1))
    else:
        weights = {name: weight for name, weight in weights.items() if name not in seeing}
    if model.texts:
        sources = [TEXTS[name] for name in model.texts]
        plans.append((WORDS_STAGE, config.words, weights, sources, 4))
    return [
        SupervisedStage(
            name,
            model,
            Objectives(
                wanted,
                backbone,
                model.heads,
                by_uncertainty=config.by_uncertainty and name == WORDS_STAGE,
            ),
            [
                source(
                    pictures,
                    model.tokenizer,
                    max(1, config.batch_size // fewer),
                    config.texts,
                    config.word_dropout,
                    blind=config.blind,
                )
                for source in sources
            ],
            stage,
            config.seed,
        )
        for name, stage, wanted, sources, fewer in plans
        if stage.steps
    ]


def _measured(
    measure: Callable[[Model, Pictures], dict[str, float]],
    model: Model,
    pictures: Pictures,
    objectives: Objectives,
) -> dict[str, float]:
    """Return how good a model is, and what its losses count if that is learned."""
    weights = {f"weight/{name}": weight for name, weight in objectives.learned_weights.items()}
    return {**measure(model, pictures), **weights}


@torch.no_grad()
def _found(model: Model, pictures: Pictures) -> dict[str, float]:
    """Return the share of visible things that a model finds."""
    model.eval()
    found = visible = 0
    for start in range(0, len(pictures), ROWS):
        part = pictures.part(slice(start, start + ROWS))
        boxes = torch.from_numpy(np.stack([thing_arrays(a.things)[0] for a in part.annotations]))
        index = matched(model.things(model.see(part.images)), boxes.to(model.device))
        found += sum(len(set(row) - {-1}) for row in index.tolist())
        visible += int((~boxes.isnan().any(-1)).sum())
    model.train()
    return {"found/things": found / visible}


def _right(model: Model, pictures: Pictures) -> dict[str, float]:
    """Return how good a model is at what it can do, with one text for each picture."""
    model.eval()
    measured: dict[str, float] = {}
    annotations = pictures.annotations
    if isinstance(model, Answering):
        rows = [i for i, a in enumerate(annotations) if a.questions]
        asked = [annotations[i].questions[i % len(annotations[i].questions)] for i in rows]
        answers = model.answer(pictures.images[rows], [question.text for question in asked])
        right = [a.text == q.answer for a, q in zip(answers, asked, strict=True)]
        measured["right/answers"] = sum(right) / len(right)
    if isinstance(model, Locating):
        rows = [i for i, a in enumerate(annotations) if a.expressions]
        named = [annotations[i].expressions[i % len(annotations[i].expressions)] for i in rows]
        places = model.locate(pictures.images[rows], [expression.text for expression in named])
        located = [
            Located(place.box, box)
            for i, expression, place in zip(rows, named, places, strict=True)
            if (box := annotations[i].things[expression.thing].box) is not None
        ]
        measured["found/referents"] = box_accuracy(located).value
    model.train()
    return measured
