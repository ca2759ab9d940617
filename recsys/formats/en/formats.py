"""Dates as the console shows them: short, and without the morning and afternoon of a clock."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
