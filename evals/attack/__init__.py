"""The exam with an enemy: what an attacker could want, by every way text reaches a model that obeys."""
