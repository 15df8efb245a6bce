"""Several tasks with one backbone."""

from collections.abc import Mapping
from typing import ClassVar

from vlsim.models.perceivers.base import MODELS
from vlsim.models.perceivers.blip import Blip
from vlsim.models.perceivers.refer import Refer
from vlsim.models.perceivers.vqa import Vqa


@MODELS.register("vqa-refer")
class VqaRefer(Vqa, Refer):
    """Answers questions and finds what expressions name, with the same heads for phrases."""

    heads_used: ClassVar[tuple[str, ...]] = Vqa.heads_used
    objectives: ClassVar[Mapping[str, float]] = {**Vqa.objectives, **Refer.objectives}
    texts: ClassVar[tuple[str, ...]] = (*Vqa.texts, *Refer.texts)


@MODELS.register("multitask")
class Multitask(VqaRefer, Blip):
    """Answers, finds, retrieves, judges and describes, with one backbone."""

    heads_used: ClassVar[tuple[str, ...]] = tuple(
        dict.fromkeys((*VqaRefer.heads_used, *Blip.heads_used))
    )
    objectives: ClassVar[Mapping[str, float]] = {**VqaRefer.objectives, **Blip.objectives}
    texts: ClassVar[tuple[str, ...]] = (*VqaRefer.texts, *Blip.texts)
