"""What is handed out: the portable folder for Windows and the one-folder build for Linux; see ``dev.py package``."""
