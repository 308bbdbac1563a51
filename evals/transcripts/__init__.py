"""Conversations that were held elsewhere: read from files, and turned into the beginnings of cases."""
