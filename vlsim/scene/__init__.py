"""The simulated tabletop; the only folder that imports PyBullet."""
