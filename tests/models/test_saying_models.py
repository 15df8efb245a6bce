"""Models that speak and match: what they say of pictures, and what it costs them."""

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from vlsim.annotations import Annotation, Caption, Question
from vlsim.data.pictures import Pictures
from vlsim.interface.perceiver import Answering, Captioning, Foretelling, Matching
from vlsim.language.tokenizer import default_tokenizer
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.losses.likelihood import word_nats
from vlsim.models.config import BackboneConfig
from vlsim.models.perceivers import MODELS
from vlsim.models.perceivers.blip import JUDGED
from vlsim.objectives import Objectives
from vlsim.objectives.pictures import TEXTS
from vlsim.seeding import stream
from vlsim.training.config import StageConfig
from vlsim.training.stage import SupervisedStage

SIDE = 32
CAPTIONS = ("there is a red cube", "a blue ball is left of the bowl", "the small green can")
CAN = {
    "clip": (Matching,),
    "blip": (Matching, Captioning, Foretelling),
    "grounded-lm": (Captioning, Foretelling),
    "vl-transformer": (Answering, Captioning, Foretelling),
}
SPEAKING = [name for name, can in CAN.items() if Captioning in can]
MATCHING = [name for name, can in CAN.items() if Matching in can]


def pictures(n: int = 3) -> Any:
    """Return pictures of one colour each, the first three red, green and blue."""
    colours = stream(0, "colours").integers(0, 256, (n, 1, 1, 3), np.uint8)
    colours[:3] = 255 * np.eye(3, dtype=np.uint8)[:n, None, None]
    return np.broadcast_to(colours, (n, SIDE, SIDE, 3)).copy()


def annotated() -> Pictures:
    def said(text: str) -> Annotation:
        caption = Caption(text, (True,) * len(text.split()))
        return Annotation(captions=(caption,), questions=(Question("is there a cube", "", "yes"),))

    return Pictures(pictures(), [said(text) for text in CAPTIONS])


def model(name: str) -> Any:
    torch.manual_seed(0)
    parts = getattr(MODELS[name], "parts", {})
    config = BackboneConfig(VOCABULARY_SIZE, 16, SIDE, **parts)
    made = MODELS[name](config, default_tokenizer()).eval()
    # Untrained, it finds nothing to look at.
    if "things" in made.heads:
        torch.nn.init.constant_(made.heads["things"].says.bias, 1.0)
    return made


@pytest.mark.parametrize("name", CAN)
def test_it_can_do_what_it_is_for(name: str) -> None:
    made = model(name)
    for protocol in (Answering, Captioning, Foretelling, Matching):
        assert isinstance(made, protocol) == (protocol in CAN[name])


@cache
def trained(name: str) -> Any:
    made = model(name)
    # Without boxes there is nothing to perceive.
    weights = {name: weight for name, weight in made.objectives.items() if name != "perception"}
    objectives = Objectives(weights, made.backbone.config, made.heads)
    sources = [TEXTS[text](annotated(), made.tokenizer, 6, 1, 0.0) for text in made.texts]
    config = StageConfig(steps=100, learning_rate=3e-3)
    SupervisedStage("pretraining", made, objectives, sources, config, 0).run(lambda *_: None)
    return made.eval()


@pytest.mark.parametrize("name", SPEAKING)
def test_it_learns_to_say_which_picture_it_sees(name: str) -> None:
    made = trained(name)
    assert made.caption(pictures()) == list(CAPTIONS)
    assert made.caption(pictures()[::-1]) == list(CAPTIONS[::-1])
    costs = made.next_words(pictures(), CAPTIONS)
    wrong = made.next_words(pictures()[::-1], CAPTIONS)
    assert np.mean(np.concatenate(costs)) < 0.5 < np.mean(wrong[0])


@pytest.mark.parametrize("name", MATCHING)
def test_it_learns_which_sentence_belongs_to_which_picture(name: str) -> None:
    made = trained(name)
    scores = made.match(pictures(), [*CAPTIONS, CAPTIONS[0]])
    assert scores.shape == (3, 4) and np.array_equal(scores[:, 0], scores[:, 3])
    assert scores[:, :3].argmax(0).tolist() == scores[:, :3].argmax(1).tolist() == [0, 1, 2]


@pytest.mark.parametrize("name", SPEAKING)
def test_the_cost_of_words_is_that_of_the_words_before_them(name: str) -> None:
    made = model(name)
    texts = ("the red cube", "there is a blue ball on the mat")
    costs = made.next_words(pictures(2), texts)
    assert [len(cost) for cost in costs] == [3, 8]
    other = made.next_words(pictures(2), ("the red ball", texts[1]))
    assert np.allclose(costs[0][:2], other[0][:2], atol=1e-5) and costs[0][2] != other[0][2]
    with torch.no_grad():
        ids = torch.from_numpy(made.tokenizer.encode(texts[0], 3)[None])
        logits = made.voice(ids, made.look(pictures(2)[:1]))[:, :-1]
    assert np.allclose(costs[0], word_nats(logits, ids)[0].numpy(), atol=1e-5)


@pytest.mark.parametrize("name", SPEAKING)
def test_rows_are_independent_and_texts_are_cut_once(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    made = model(name)
    long = "red " * 200
    both = made.next_words(pictures(2), ("the red cube", long))
    assert len(both[1]) == 127
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    alone = made.next_words(pictures(2)[:1], ("the red cube",))
    assert np.allclose(both[0], alone[0], atol=1e-5)
    assert made.caption(pictures(2))[1:] == made.caption(pictures(2)[1:])


def test_blip_judges_only_the_best_pictures_of_a_sentence() -> None:
    scores = model("blip").match(pictures(JUDGED + 5), CAPTIONS[:2])
    judged = scores >= 1
    assert (judged.sum(0) == JUDGED).all() and (scores[judged] <= 2).all()
    assert (np.abs(scores[~judged]) <= 1).all()
