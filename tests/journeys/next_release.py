"""The server of the next release: everything as it is, under another mark."""

from flask import Response

from kiosk.app import create_app
from kiosk.web.screen_mark import shell_mark

NEXT = "0123456789"
app = create_app()


@app.after_request
def renamed(response: Response) -> Response:
    if not response.direct_passthrough:
        content = response.get_data()
        response.set_data(content.replace(shell_mark().encode(), NEXT.encode()))
    return response
