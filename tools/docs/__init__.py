"""Make pages, tables and pictures of the docs."""
