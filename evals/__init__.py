"""The exam: replays conversations and judges how each one ends."""
