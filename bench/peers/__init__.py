"""Other ways to serve the same invoke and to send the same update. They run in `.venv-bench`, a process each."""
