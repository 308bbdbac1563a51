"""A model plays the visitor from a persona card, and another look is taken at whether it stayed one."""
