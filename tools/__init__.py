"""What makes the committed assets and pages; run by hand, not installed."""
