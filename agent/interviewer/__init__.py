"""The built-in interviewer: a chat model made of rules. `hearing` understands, `deciding` acts, `wording` speaks."""
