"""Programs by theme. Each function is a whole program: it uses the language and nothing else of its file."""
