"""What is learned from: pools of still scenes, demonstrations, and pictures with texts."""
