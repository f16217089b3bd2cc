"""A disk that is full: what is being sent is refused in words, and nothing half written stays."""

import errno

from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_ROOM = "The server has no room for this file. Free some space there, then upload it again."


class RoomyUploadHandler(TemporaryFileUploadHandler):
    """Django's, except that a file for which there is no room is left out and remembered."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as full:
            if full.errno not in FULL:
                raise
            self.file.close()
            if self.request is not None:
                self.request.META["no_room"] = True
            raise SkipFile from full


def lacks_room(request: HttpRequest) -> bool:
    """Whether a file of the body, which has been read, did not fit."""
    return bool(request.META.get("no_room"))
