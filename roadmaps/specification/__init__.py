"""What a launch's products must be, line by line, and the tests that show they are."""
