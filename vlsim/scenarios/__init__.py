"""What an episode begins with: a scene, a goal and its sentence."""
