"""The `vlsim` command: finds the sub-command and turns a user's mistake into one line."""

import importlib
import os
import sys
from collections.abc import Sequence

import vlsim
from vlsim.errors import UnknownNameError, VlsimError
from vlsim.scripts.options import with_home
from vlsim.scripts.terminal import show_nearest

COMMANDS = {
    "list": "list tasks, robots, instruction sets, goals, metrics, presets and policies",
    "train": "train a policy from a preset, or resume a run",
    "pretrain": "train a model that sees and reads: questions, expressions",
    "record": "record videos of a policy",
    "ask": "ask a model what a picture shows, or what a command means in front of it",
    "benchmark": "evaluate policies on instruction sets, with confidence intervals and controls",
    "export": "export a trained policy as ONNX graphs that run without torch",
    "compile": "compile an exported policy for this machine, and verify it",
    "verify": "verify that an engine does what the trained network does",
    "latency": "measure how long a trained policy takes on each engine",
    "compress": "make a smaller policy of a trained one, by pruning or distillation",
    "lint": "check a file of your own instructions",
    "serve": "serve a policy over a network",
    "evaluate": "measure what a model says of pictures, or let people rate it",
    "collect": "collect expert demonstrations, or pictures with texts",
    "run": "run a policy on a robot, or on a simulated one",
    "camera-check": "compare a real camera with the one that a policy was trained with",
    "replay": "play the log of a robot's run against the simulator",
    "doctor": "check this installation",
}
"""Sub-commands; each is `main(argv)` in the module of vlsim.scripts with its name, "_" for "-"."""

EXAMPLES = """\
  vlsim list tasks                    list the tasks
  vlsim list tasks --gallery gallery  draw a picture of every task
  vlsim train demo                    train the demo agent of the README
  vlsim collect --kind perception --pictures 1000 --out pictures
  vlsim train --resume runs/demo      resume a run that was stopped
  vlsim pretrain vqa                  train a model that answers questions about pictures
  vlsim benchmark --policy expert --policy runs/demo --task pick_place --sets seen,combo
  vlsim record --policy runs/demo --task pick_place --instruction "put the red can in the bowl"
  vlsim evaluate --model runs/vqa     measure what a model says of pictures
  vlsim ask picture.png "lift the red cube" --model runs/vqa-refer   what it means in front of it
  vlsim serve zoo:demo                serve a policy to programs and other machines
  vlsim compress runs/demo --method distill --dim 24 --out small.vlsim
  vlsim export runs/demo --out demo.vlsim
  vlsim lint my.jsonl                 check your own instructions
  vlsim run zoo:demo --robot sim --enable-motion
  vlsim doctor                        check this installation
"""

USAGE_ERROR = 2
INTERRUPTED = 130
"""Exit codes: a user's mistake, and Ctrl-C (128 + SIGINT)."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        argv: What follows `vlsim` on the command line; `sys.argv[1:]` if None.

    Returns:
        0, `USAGE_ERROR` or `INTERRUPTED`. A traceback is a bug in vlsim.
    """
    for stream in (sys.stdout, sys.stderr):
        show_nearest(stream)
    try:
        _dispatch(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except VlsimError as error:
        print(f"vlsim: {' '.join(str(error).split())}", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        print("vlsim: interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`vlsim list | head`) left; Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def run() -> None:
    """Entry point of the console script."""
    # Threads that wait for each other must not spin: beside another program on the same two cores
    # a learning step took 2.2 s, and takes 0.9 s so; alone it takes 3 % longer. OpenMP reads this
    # when torch loads it.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    sys.exit(main())


def help_text() -> str:
    """Return what `vlsim --help` prints."""
    width = max(map(len, COMMANDS))
    commands = "".join(f"  {name:{width}}  {does}\n" for name, does in COMMANDS.items())
    return (
        "usage: vlsim COMMAND [OPTIONS]\n\n"
        "Train, film and evaluate robots that follow instructions.\n\n"
        f"commands:\n{commands}\n"
        f"examples:\n{EXAMPLES}\n"
        "`vlsim COMMAND --help` shows the options of a command, `vlsim --version` the version."
    )


def _dispatch(arguments: list[str]) -> None:
    command = arguments[0] if arguments else "--help"
    if command in ("-h", "--help", "help"):
        print(help_text())
    elif command in ("-V", "--version"):
        print(f"vlsim {vlsim.__version__}")
    elif command in COMMANDS:
        importlib.import_module(f"vlsim.scripts.{command.replace('-', '_')}").main(
            [with_home(argument) for argument in arguments[1:]]
        )
    else:
        raise UnknownNameError("command", command, COMMANDS)


if __name__ == "__main__":
    run()
