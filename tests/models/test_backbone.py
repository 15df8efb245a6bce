"""Parts chosen by name: what is built, what is refused, and pretrained towers of transformers."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizerFast,
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    CLIPTextConfig,
    CLIPVisionConfig,
    Dinov2Config,
    Dinov2Model,
    SiglipVisionConfig,
    SiglipVisionModel,
    ViTConfig,
    ViTModel,
)

from tests.models.tiny_towers import DIM, PICTURE, SIDE, SMALL, WORDS
from vlsim.deploy.exporting.inputs import TOKENS, policy_inputs, text_inputs
from vlsim.deploy.exporting.onnx_file import onnx_of
from vlsim.deploy.graphs import PolicyGraph, TextGraph
from vlsim.deploy.network import TorchEngine
from vlsim.errors import InstructionError, InvalidValueError, UnknownNameError
from vlsim.interface.observation import channels_for
from vlsim.language.tokenizer import default_tokenizer
from vlsim.language.vocabulary import VOCABULARY_SIZE
from vlsim.models.actor import Actor
from vlsim.models.backbone import Backbone
from vlsim.models.config import ActorConfig, BackboneConfig
from vlsim.models.fusion import FUSION
from vlsim.models.vision import VISION
from vlsim.seeding import stream


def vit():
    return ViTModel(ViTConfig(**PICTURE), add_pooling_layer=False)


def clip():
    text = CLIPTextConfig(**SMALL, vocab_size=50, eos_token_id=3).to_dict()
    vision = CLIPVisionConfig(**PICTURE).to_dict()
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=8))


def siglip():
    return SiglipVisionModel(SiglipVisionConfig(**PICTURE))


def dino():
    return Dinov2Model(Dinov2Config(**{**PICTURE, "mlp_ratio": 1}))


@pytest.fixture(params=[vit, clip, siglip, dino], ids=lambda make: make.__name__)
def vision_folder(request, tmp_path: Path):
    torch.manual_seed(0)
    request.param().save_pretrained(tmp_path)
    CLIPImageProcessorPil().save_pretrained(tmp_path)
    return tmp_path


@pytest.fixture
def text_folder(tmp_path: Path):
    torch.manual_seed(0)
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    config = BertConfig(**SMALL, vocab_size=len(WORDS), attn_implementation="eager")
    BertModel(config, add_pooling_layer=False).save_pretrained(tmp_path)
    return tmp_path


def config(**changes):
    return BackboneConfig(VOCABULARY_SIZE, DIM, SIDE, **changes)


def ids(*texts):
    return torch.from_numpy(default_tokenizer().encode_batch(texts))


def test_unknown_parts_are_refused_with_the_nearest():
    for what, name, nearest in (
        ("vision", "vitt", "vit"),
        ("text", "gruu", "gru"),
        ("fusion", "flim", "film"),
    ):
        with pytest.raises(UnknownNameError, match=f"'{name}'.*'{nearest}'"):
            Backbone(config(**{what: name}))


@pytest.mark.parametrize(
    ("dim", "part", "words"),
    [
        (30, {"text": "transformer"}, "a multiple of 4 for the text part 'transformer'.*take 32"),
        (
            20,
            {"vision": "resnet"},
            "a multiple of 16 for the vision part 'resnet', got 20; take 32",
        ),
        (30, {"vision": "vit"}, "a multiple of 4 for the vision part 'vit', got 30"),
        (30, {"fusion": "cross_attention"}, "4 for the fusion part 'cross_attention', got 30"),
        (30, {"fusion": "early"}, "4 for the fusion part 'early', got 30"),
        (30, {"fusion": "gated"}, "4 for the fusion part 'gated', got 30"),
        (7, {}, "a multiple of 2 for the vision part 'conv', got 7; take 8"),
        (63, {"vision": "space_to_depth"}, "a multiple of 2 for the text part 'gru', got 63"),
    ],
)
def test_a_dim_that_a_part_cannot_have_is_refused(dim, part, words):
    with pytest.raises(InvalidValueError, match=words):
        Backbone(BackboneConfig(VOCABULARY_SIZE, dim, SIDE, **part))


@pytest.mark.parametrize("vision", [name for name in VISION if name != "resnet"])
@pytest.mark.parametrize("fusion", FUSION)
def test_other_dims_work(vision, fusion):
    dim = 12 if fusion in ("cross_attention", "early", "gated") or vision == "vit" else 6
    config = BackboneConfig(VOCABULARY_SIZE, dim, SIDE, vision=vision, fusion=fusion)
    fused = Backbone(config)(torch.rand(1, 1, 3, SIDE, SIDE), ids("touch the cube")[:, None])
    assert fused.seen.shape == (1, 2, dim)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cameras": "front"}, r"cameras must be a tuple of names, such as \('front',\), got 'f"),
        ({"roles": 3}, "roles must be a tuple of names.*, got 3"),
        ({"vision_tuning": "adapter"}, "vision_tuning is for a .*'hf:SOURCE'.*got 'adapter'.*conv"),
        ({"text_tuning": "full"}, "text_tuning is for a .*got 'full' with the text part 'gru'"),
    ],
)
def test_a_backbone_that_is_described_wrongly_is_refused(change, words):
    with pytest.raises(InvalidValueError, match=words):
        config(**change)


def test_every_sentence_is_encoded_once():
    backbone, calls = Backbone(config()), []
    backbone.text.register_forward_hook(lambda _, inputs, __: calls.append(len(inputs[0])))
    tokens = backbone.read(ids("touch the cube", "touch the ball", "touch the cube"))
    assert calls == [2]
    assert torch.equal(tokens.context[0], tokens.context[2])
    assert not torch.equal(tokens.context[0], tokens.context[1])


def test_a_vision_tower_sees_its_own_patches(vision_folder: Path):
    backbone = Backbone(config(vision=f"hf:{vision_folder}")).eval()
    tokens = backbone.vision(torch.rand(2, 3, SIDE, SIDE))
    assert tokens.features.shape == (2, 16, DIM) and backbone.vision.side == 4
    names = {name for name, p in backbone.vision.named_parameters() if p.requires_grad}
    assert names and all(name.startswith("project") for name in names)
    # A change in one corner reaches the token of that corner most: no class token is among them.
    image = torch.rand(1, 3, SIDE, SIDE)
    other = image.clone()
    other[..., -16:, -16:] = 1 - other[..., -16:, -16:]
    change = (backbone.vision(other).features - backbone.vision(image).features).abs().sum(-1)
    assert change[0].argmax() == 15


def test_what_was_pretrained_is_built_again_without_its_source(vision_folder: Path):
    first = Backbone(config(vision=f"hf:{vision_folder}", vision_tuning="adapter")).eval()
    described = json.loads(json.dumps(first.description))
    again = Backbone(BackboneConfig(**{**described, "vision": "hf:nowhere"})).eval()
    again.load_state_dict(first.state_dict())
    image = torch.rand(1, 3, SIDE, SIDE)
    assert torch.equal(first.vision(image).features, again.vision(image).features)


def test_tuning_decides_what_learns(vision_folder: Path):
    def learns(tuning):
        vision = Backbone(config(vision=f"hf:{vision_folder}", vision_tuning=tuning)).vision
        vision(torch.rand(1, 3, SIDE, SIDE)).features.sum().backward()
        moved = [n for n, p in vision.named_parameters() if p.grad is not None and p.grad.any()]
        return any(n.startswith("tower") for n in moved), len([n for n in moved if "proj" in n[:4]])

    assert not learns("frozen")[0] and not learns("adapter")[0] and learns("full")[0]
    assert learns("adapter")[1] > learns("frozen")[1]
    with pytest.raises(InvalidValueError, match="frozen, adapter, full, got 'half'"):
        learns("half")


def test_a_text_tower_reads_pieces_of_its_own(text_folder: Path):
    backbone = Backbone(config(text=f"hf:{text_folder}")).eval()
    tower = BertModel.from_pretrained(text_folder, attn_implementation="eager").eval()
    tokenizer = BertTokenizerFast.from_pretrained(text_folder)
    text = "touch the red cube"
    tokens = backbone.text(ids(text))
    by_hand = tower(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
    assert int(tokens.mask.sum()) == len(by_hand) == 7  # "cube" is two pieces; one at each end
    hidden = backbone.text.project(by_hand)
    assert torch.allclose(tokens.context[tokens.mask], hidden, atol=1e-5)


def test_padding_does_not_reach_a_text_tower(text_folder: Path):
    backbone = Backbone(config(text=f"hf:{text_folder}")).eval()
    short = ids("touch the red cube")
    long = torch.cat([short, torch.zeros(1, 9, dtype=torch.int64)], dim=1)
    image = torch.rand(1, 1, 3, SIDE, SIDE)
    assert torch.allclose(
        backbone(image, short[:, None]).scores, backbone(image, long[:, None]).scores, atol=1e-5
    )


def test_a_text_tower_is_built_again_without_its_source(text_folder: Path):
    first = Backbone(config(text=f"hf:{text_folder}")).eval()
    described = json.loads(json.dumps(first.description))
    again = Backbone(BackboneConfig(**{**described, "text": "hf:nowhere"})).eval()
    again.load_state_dict(first.state_dict())
    sentence = ids("touch the blue cube")
    assert torch.equal(first.text(sentence).context, again.text(sentence).context)


def test_a_text_tower_reads_no_more_pieces_than_it_has_places_for(text_folder: Path):
    short = BertConfig(**SMALL, vocab_size=10, max_position_embeddings=12)
    BertModel(short, add_pooling_layer=False).save_pretrained(text_folder)
    backbone = Backbone(config(text=f"hf:{text_folder}")).eval()
    # Ten pieces and the two ends: what a row has room for beside them is not read.
    fits = backbone.read(torch.nn.functional.pad(ids("red " * 10), (0, 10)))
    assert int(fits.mask.sum()) == fits.mask.shape[1] == 12
    with pytest.raises(InstructionError, match=r"has 13 pieces of words .* up to 12; shorten it"):
        backbone.read(ids("red " * 11))
    with pytest.raises(InvalidValueError, match=r"reads sentences of up to 10 words, .*up to 20"):
        Actor(ActorConfig("planar", 20, channels_for("planar", ("reach",)), backbone.config))


def test_words_that_a_tower_reads_do_not_depend_on_the_padding_between_them(text_folder: Path):
    backbone = Backbone(config(text=f"hf:{text_folder}")).eval()
    whole = backbone.text(ids("touch the red cube"))
    backbone.text._most_pieces = 8
    close = backbone.text(ids("touch the red cube"))
    assert close.mask.tolist() == [[True] * 7 + [False]]
    assert torch.allclose(close.context[close.mask], whole.context[whole.mask], atol=1e-5)


def test_a_tower_never_drops_anything_out(text_folder: Path):
    backbone = Backbone(config(text=f"hf:{text_folder}", text_tuning="full")).train()
    sentence = ids("touch the blue cube")
    assert torch.equal(backbone.text(sentence).context, backbone.text(sentence).context)
    assert backbone.training and not backbone.text.tower.model.training


def test_folders_that_are_no_tower_are_refused_in_one_line(text_folder: Path, tmp_path: Path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InvalidValueError, match=r"Cannot load a vision tower from .*empty"):
        Backbone(config(vision=f"hf:{empty}"))
    with pytest.raises(InvalidValueError, match="holds a 'bert', which is no vision tower"):
        Backbone(config(vision=f"hf:{text_folder}"))
    vit().save_pretrained(empty)
    with pytest.raises(InvalidValueError, match="has no image processor"):
        Backbone(config(vision=f"hf:{empty}"))
    with pytest.raises(InvalidValueError, match="holds a 'vit', which is no text tower"):
        Backbone(config(text=f"hf:{empty}"))


def test_a_folder_with_half_its_weights_is_refused(text_folder: Path):
    from safetensors.torch import load_file, save_file

    path = text_folder / "model.safetensors"
    weights = load_file(path)
    removed = sorted(weights)[-1]
    save_file({k: v for k, v in weights.items() if k != removed}, path, {"format": "pt"})
    with pytest.raises(InvalidValueError, match="is incomplete: 1 weights are missing"):
        Backbone(config(text=f"hf:{text_folder}"))


def exported(graph, inputs, names):
    session = onnxruntime.InferenceSession(onnx_of(graph, inputs, names).data)
    return lambda values: session.run(None, values)


def test_a_vision_tower_is_exported(vision_folder: Path):
    channels = channels_for("ee_delta", ("lift",))
    backbone = config(vision=f"hf:{vision_folder}")
    actor = Actor(ActorConfig("ee_delta", 8, channels, backbone))
    act = exported(PolicyGraph(actor), policy_inputs(actor.config), ("action", "attention"))
    engine, rng = TorchEngine(actor), stream(0, "tower")
    text = engine.read(ids("touch the cube").repeat(3, 1).numpy())
    image = rng.integers(0, 256, (3, 1, SIDE, SIDE, 3), np.uint8)
    proprio = np.zeros((3, channels.n_proprio), np.float32)
    actions, _ = act({"image": image, **vars(text), "proprio": proprio})
    expected = engine.act(image, text, proprio).actions
    assert np.abs(actions - expected).max() < 1e-5
    assert np.abs(expected[0] - expected[1]).max() > 1e-4


def test_a_text_tower_is_exported(text_folder: Path):
    actor = Actor(
        ActorConfig(
            "ee_delta", 8, channels_for("ee_delta", ("lift",)), config(text=f"hf:{text_folder}")
        )
    )
    read = exported(TextGraph(actor), text_inputs(actor.config), TOKENS)
    words = ids("touch the red cube", "touch the blue cube").numpy()
    expected = TorchEngine(actor).read(words)
    for name, found in zip(TOKENS, read({"ids": words}), strict=True):
        assert np.allclose(found, getattr(expected, name), atol=1e-5)
