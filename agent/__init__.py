"""The model's turn: the only room that knows LangChain and OpenAI."""
