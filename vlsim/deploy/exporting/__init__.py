"""Writing the graphs of a bundle: ONNX, in several precisions."""
