"""From a trained policy to files that another machine can trust: bundles."""

from vlsim.deploy.bundle import Bundle, load_bundle, save_bundle
from vlsim.deploy.manifest import read_manifest

__all__ = ["Bundle", "load_bundle", "read_manifest", "save_bundle"]
