"""Small commands for people who work on this repository; nothing of the program imports them."""
