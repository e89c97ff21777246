"""A contact centre: tells stories, makes up a day, repeats itself, and keeps sending until it is believed."""
