"""TensorRT's bindings in a throw-away folder, without a GPU."""
