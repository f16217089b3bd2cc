"""The API's ground: doors, tokens, paging, limits, problems. Rooms declare resources on it."""
