"""The launcher: the buttons for offices where macros are barred, on a window that is open or on a closed file."""
