"""`python -m vlsim` is the command `vlsim`."""

from vlsim.scripts.__main__ import run

if __name__ == "__main__":
    run()
