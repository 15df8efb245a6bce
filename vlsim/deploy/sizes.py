"""The sizes of a bundle's network, read without torch: what it sees, reads and does."""

from dataclasses import dataclass
from typing import NoReturn

from vlsim.deploy.bundle import Bundle
from vlsim.deploy.manifest import CONFIG
from vlsim.errors import BundleError, InvalidValueError, VlsimError
from vlsim.interface.action import control_rate
from vlsim.interface.observation import Channels
from vlsim.interface.policy import PolicySpec
from vlsim.models.config import PREFIX, ActorConfig, BackboneConfig
from vlsim.reader import read_as


@dataclass(frozen=True)
class _Written:
    """The `config.json` of a bundle."""

    control: str
    backbone: BackboneConfig
    hidden: int
    n_words: int
    pose: tuple[str, ...]
    action: tuple[str, ...]
    motion: str = ""
    blind: bool = False


def read_sizes(bundle: Bundle) -> tuple[ActorConfig, bool]:
    """Return the configuration of a bundle's network, and whether it never gets a word.

    Raises:
        BundleError: If it cannot be read, or describes no network.
    """
    if "model" in bundle.config:
        raise BundleError(
            f"{bundle.folder} holds the model '{bundle.config['model']!s:.40}', which sees and "
            "reads but does not act."
        )
    try:
        written = read_as(_Written, bundle.config, f"{bundle.folder}/{CONFIG}")
    except InvalidValueError as error:
        raise BundleError(str(error)) from None
    backbone = written.backbone
    check_towers(bundle, backbone)
    channels = Channels(written.pose, written.action, written.motion)
    try:
        sizes = ActorConfig(written.control, written.n_words, channels, backbone, written.hidden)
    except VlsimError as error:
        misfit(bundle, str(error))
    return sizes, written.blind


def check_towers(bundle: Bundle, backbone: BackboneConfig) -> None:
    """Refuse a bundle with a pretrained tower that it does not describe.

    Its source, which may be a download, must not be asked for.

    Raises:
        BundleError: If there is one.
    """
    for name, settings in (
        (backbone.vision, backbone.vision_settings),
        (backbone.text, backbone.text_settings),
    ):
        if name.startswith(PREFIX) and not settings:
            misfit(bundle, f"the configuration of the tower '{name}' is missing")


def misfit(bundle: Bundle, reason: str) -> NoReturn:
    """Refuse a bundle whose configuration and weights do not belong together."""
    words = " ".join(reason.split())
    raise BundleError(f"{bundle.folder}: config.json and weights do not fit: {words}") from None


def actor_spec(config: ActorConfig, robot: str) -> PolicySpec:
    """Return what an actor needs that was trained with a robot."""
    cameras = dict.fromkeys(config.backbone.cameras, config.backbone.image_size)
    return PolicySpec(config.control, robot, cameras, control_rate(config.control))
