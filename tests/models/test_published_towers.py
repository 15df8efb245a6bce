"""Towers in the layouts that BLIP, SigLIP and CLIP are published in, tiny and random."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BertTokenizerFast,
    BlipConfig,
    BlipForConditionalGeneration,
    BlipForImageTextRetrieval,
    BlipForQuestionAnswering,
    BlipImageProcessorPil,
    BlipTextConfig,
    BlipVisionConfig,
    PreTrainedTokenizerFast,
    SiglipConfig,
    SiglipImageProcessorPil,
    SiglipModel,
    SiglipTextConfig,
    SiglipVisionConfig,
)

from tests.models.tiny_towers import DIM, PICTURE, SIDE, SMALL, WORDS
from vlsim.errors import InvalidValueError
from vlsim.language.tokenizer import default_tokenizer, picture_tokenizer
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.models.backbone import Backbone
from vlsim.models.config import BackboneConfig
from vlsim.models.perceivers import MODELS
from vlsim.models.perceivers.vl_transformer import VlTransformer

SENTENCE = "touch the red cube"


def ids(text: str) -> torch.Tensor:
    return torch.from_numpy(default_tokenizer().encode(text)[None])


def towers(folder: Path, **changes: Any) -> Backbone:
    source = f"hf:{folder}"
    config = BackboneConfig(VOCABULARY_SIZE, DIM, SIDE, vision=source, text=source, **changes)
    return Backbone(config).eval()


@pytest.fixture(
    params=[BlipForConditionalGeneration, BlipForImageTextRetrieval, BlipForQuestionAnswering]
)
def blip(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Any]:
    torch.manual_seed(0)
    text = BlipTextConfig(**SMALL, vocab_size=len(WORDS), encoder_hidden_size=16)
    config = BlipConfig(
        text_config=text.to_dict(),
        # Published as 1e-10, with which every picture gives the same features.
        vision_config=BlipVisionConfig(**PICTURE, initializer_range=0.02).to_dict(),
    )
    model = request.param(config).eval()
    model.save_pretrained(tmp_path)
    BlipImageProcessorPil().save_pretrained(tmp_path)
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    return tmp_path, model


def test_blip_gives_its_own_features(blip: tuple[Path, Any]) -> None:
    folder, model = blip
    backbone = towers(folder)
    picture, tower = torch.rand(2, 3, 32, 32), backbone.vision.tower
    with torch.no_grad():
        expected = model.vision_model(pixel_values=picture).last_hidden_state
        assert torch.equal(tower(pixel_values=picture), expected)
    assert not torch.allclose(expected[0], expected[1])
    stack = model.text_decoder.bert if hasattr(model, "text_decoder") else model.text_encoder
    stack = getattr(model, "text_encoder", stack)
    pieces = BertTokenizerFast.from_pretrained(folder)(SENTENCE, return_tensors="pt")
    read = {name: pieces[name] for name in ("input_ids", "attention_mask")}
    with torch.no_grad():
        by_hand = stack(**read, is_decoder=False).last_hidden_state[0]
        tokens = backbone.text(ids(SENTENCE))
    assert int(tokens.mask.sum()) == len(by_hand) == 7
    hidden = backbone.text.project(by_hand)
    assert torch.allclose(tokens.context[tokens.mask], hidden, atol=1e-5)


def test_blip_reads_in_both_directions(blip: tuple[Path, Any]) -> None:
    text = towers(blip[0]).text
    one, other = text(ids("touch the red")), text(ids("touch the blue"))
    first = one.mask[0].nonzero()[0]
    assert not torch.allclose(one.context[0, first], other.context[0, first], atol=1e-6)


def test_blip_is_built_again_without_its_source(blip: tuple[Path, Any]) -> None:
    first = towers(blip[0], vision_tuning="adapter", text_tuning="adapter")
    described = json.loads(json.dumps(first.description))
    again = Backbone(BackboneConfig(**described | {"vision": "hf:no", "text": "hf:no"})).eval()
    again.load_state_dict(first.state_dict())
    image = torch.rand(1, 1, 3, SIDE, SIDE)
    assert torch.equal(first(image, ids(SENTENCE)[None]).uv, again(image, ids(SENTENCE)[None]).uv)


@pytest.fixture
def siglip(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    scores = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -9.0), ("▁the", -1.0), ("▁red", -1.0)]
    scores += [("▁touch", -1.0), ("▁cu", -2.0), ("be", -2.0)]
    tokenizer = Tokenizer(models.Unigram(scores, unk_id=2))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    ).save_pretrained(tmp_path)
    # As published: a class that needs sentencepiece, which need not be installed.
    path = tmp_path / "tokenizer_config.json"
    said = json.loads(path.read_text()) | {"tokenizer_class": "SiglipTokenizer"}
    path.write_text(json.dumps(said))
    text = SiglipTextConfig(
        **SMALL, vocab_size=len(scores), max_position_embeddings=16, bos_token_id=0, eos_token_id=1
    )
    vision = SiglipVisionConfig(**PICTURE)
    config = SiglipConfig(text_config=text.to_dict(), vision_config=vision.to_dict())
    SiglipModel(config).save_pretrained(tmp_path)
    SiglipImageProcessorPil().save_pretrained(tmp_path)
    return tmp_path


def test_siglip_gives_its_own_features(siglip: Path) -> None:
    backbone, model = towers(siglip), SiglipModel.from_pretrained(siglip).eval()
    pieces = torch.tensor([[5, 3, 4, 6, 7, 1]])  # nothing before the words, one piece behind
    with torch.no_grad():
        by_hand = model.text_model(input_ids=pieces).last_hidden_state[0]
        tokens = backbone.text(ids(SENTENCE))
    hidden = backbone.text.project(by_hand)
    assert torch.allclose(tokens.context[tokens.mask], hidden, atol=1e-5)
    assert backbone.text.most_words == 15
    assert backbone(torch.rand(1, 1, 3, SIDE, SIDE), ids(SENTENCE)[None]).uv.shape == (1, 2, 2)


def test_a_folder_without_its_tokenizer_is_refused(siglip: Path) -> None:
    (siglip / "tokenizer.json").unlink()
    with pytest.raises(InvalidValueError, match=r"has no tokenizer .*put its tokenizer.json") as no:
        towers(siglip)
    assert "\n" not in str(no.value)


def test_weights_of_other_shapes_are_refused(siglip: Path) -> None:
    path = siglip / "config.json"
    described = json.loads(path.read_text())
    described["text_config"]["vocab_size"] = 70
    path.write_text(json.dumps(described))
    with pytest.raises(InvalidValueError, match=r"1 weights .*\(8, 16\) instead of \(70") as no:
        towers(siglip)
    assert "\n" not in str(no.value) and "token_embedding.weight" in str(no.value)


def test_a_tokenizer_that_joins_words_is_refused(siglip: Path) -> None:
    path = siglip / "tokenizer.json"
    described = json.loads(path.read_text())
    described["pre_tokenizer"] = {**described["pre_tokenizer"], "split": False}
    described["model"]["vocab"].append(["▁the▁red", -0.5])
    path.write_text(json.dumps(described))
    with pytest.raises(InvalidValueError, match="does not split sentences word by word"):
        towers(siglip)


def test_a_model_speaks_and_answers_with_frozen_towers_and_adapters(siglip: Path) -> None:
    source = f"hf:{siglip}"
    config = BackboneConfig(
        VOCABULARY_SIZE, DIM, SIDE, source, source, "cross_attention", "adapter", "adapter"
    )
    model = MODELS["vl-transformer"](config, picture_tokenizer())
    assert isinstance(model, VlTransformer)
    towers = [p for name, p in model.named_parameters() if ".tower." in name]
    assert towers and not any(parameter.requires_grad for parameter in towers)
    pictures = np.zeros((1, 48, 48, 3), np.uint8)
    assert len(model.answer(pictures, ["is there a red cube"])[0].text.split()) == 1
    assert len(model.next_words(pictures, ["a red cube"])[0]) == 3
    assert isinstance(model.caption(pictures)[0], str)
