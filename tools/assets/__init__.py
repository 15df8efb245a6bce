"""Make the meshes and textures."""
