"""HTTP: the only room that knows Litestar."""
