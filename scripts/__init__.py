"""Commands: a configuration and `main(argv)` each, and no algorithm. `vlsim --help` lists them."""

# Reached through the link vlsim/scripts, never as `scripts`: two copies of a class are two classes.
if __name__ != "vlsim.scripts":
    raise ImportError(f"Import 'vlsim.scripts', not '{__name__}'.")
