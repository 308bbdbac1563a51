"""What the owner may change without code: settings, YAML and its schema."""
