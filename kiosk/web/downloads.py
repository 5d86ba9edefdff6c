"""Tables as files to keep: `?format=csv` (the default) or `?format=xlsx`."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from flask import Response, request

from kiosk.services.exports import Cell, csv_pieces, workbook

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_file(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Response:
    """Return the table as a file called `name` plus its ending."""
    if request.args.get("format") == "xlsx":
        response = Response(workbook(name, headings, rows), mimetype=_XLSX)
        return as_file(response, f"{name}.xlsx")
    # Made whole before it is sent: a failure must not look like a short table.
    body = b"".join(csv_pieces(headings, rows))
    return as_file(Response(body, mimetype="text/csv"), f"{name}.csv")


def as_file(response: Response, name: str) -> Response:
    """Let the browser keep an answer as a file, whatever script its name is in."""
    plain = name.encode("ascii", "ignore").decode() or "file"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    )
    return response
