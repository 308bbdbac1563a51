"""The rulebook: what a lead is and what may happen to it. Pure values and decisions, standard library only."""
