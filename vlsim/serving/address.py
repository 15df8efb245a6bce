"""Where a policy is served, as people type it: ws://HOST:PORT, and how it is talked to."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from vlsim.errors import InvalidValueError, UnknownNameError

SCHEMES = ("ws", "wss")
TIMEOUT_S: Final = 10.0
OPTIONS = ("layout", "chunk", "timeout", "contract")


@dataclass(frozen=True)
class Address:
    """A server, and what was asked for behind the question mark."""

    url: str
    """Without the options."""
    layout: str = ""
    """Name of the keys that it reads; "" where its first message says that."""
    chunk: int = 0
    """Actions of each reply that are carried out; 0 for as many as is usual."""
    timeout_s: float = TIMEOUT_S
    """How long a reply may take."""
    is_checked: bool = True
    """Whether the contract is checked before the first episode."""


def is_remote(name: str) -> bool:
    """Whether a policy's name is the address of a server.

    >>> is_remote("ws://127.0.0.1:8000"), is_remote("zoo:demo")
    (True, False)
    """
    return name.startswith(tuple(f"{scheme}://" for scheme in SCHEMES))


def read_address(name: str) -> Address:
    """Return the address that was typed.

    >>> read_address("ws://robot:8000?layout=libero&chunk=5")
    Address(url='ws://robot:8000', layout='libero', chunk=5, timeout_s=10.0, is_checked=True)

    Raises:
        InvalidValueError: If it is none, or an option has no such value.
        UnknownNameError: If there is no such option.
    """
    no_address = InvalidValueError(
        f"A policy server is called ws://HOST:PORT, such as ws://127.0.0.1:8000, got {name!r}."
    )
    try:
        parts = urlsplit(name)
        is_fine = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise no_address from None
    if not is_fine or parts.scheme not in SCHEMES or "@" in parts.netloc or parts.fragment:
        raise no_address
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for option in options:
        if option not in OPTIONS:
            raise UnknownNameError("option of a policy server", option, OPTIONS)
    contract = options.get("contract", "check")
    if contract not in ("check", "skip"):
        raise InvalidValueError(f"contract must be check or skip, got {contract!r} in {name}.")
    return Address(
        url=name.partition("?")[0],
        layout=options.get("layout", ""),
        chunk=int(_number(name, "chunk", options.get("chunk", "0"), 1000)),
        timeout_s=_number(name, "timeout", options.get("timeout", str(TIMEOUT_S)), 3600),
        is_checked=contract == "check",
    )


def _number(name: str, option: str, words: str, most: float) -> float:
    try:
        number = float(words)
    except ValueError:
        number = -1.0
    is_whole = option != "chunk" or number == int(number)
    if not 0 <= number <= most or not is_whole or (option == "timeout" and not number):
        raise InvalidValueError(
            f"{option} must be a number above 0, {most:g} at most, got {words!r} in {name}."
        )
    return number
