"""The outside world: mail, notices, calendars. Each is a Protocol with a console twin and the real one."""
