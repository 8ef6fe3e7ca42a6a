"""Writes the review as a note on the merge request, in place of the earlier one. The token is never shown."""

import json
import os
import sys
import urllib.request
from pathlib import Path

MARK = "<!-- billwright-review -->"


def main() -> None:
    """Posts the file named on the command line."""
    token, file = os.environ.get("BILLWRIGHT_GITLAB_TOKEN"), Path(sys.argv[1])
    if not token or not file.is_file():
        print("no note is written: BILLWRIGHT_GITLAB_TOKEN is not set, or there is no review", file=sys.stderr)
        return
    merge_request = os.environ["CI_MERGE_REQUEST_IID"]
    notes = f"{os.environ['CI_API_V4_URL']}/projects/{os.environ['CI_PROJECT_ID']}/merge_requests/{merge_request}/notes"
    author = ask(f"{os.environ['CI_API_V4_URL']}/user", token)["id"]
    earlier = next(
        (note["id"] for note in all_notes(notes, token) if note["author"]["id"] == author and note["body"].startswith(MARK)), None
    )
    text = {"body": file.read_text("utf-8")}
    ask(notes if earlier is None else f"{notes}/{earlier}", token, "POST" if earlier is None else "PUT", text)


def all_notes(notes, token):
    """Every note of the merge request, page by page."""
    page = 1
    while found := ask(f"{notes}?per_page=100&page={page}", token):
        yield from found
        page += 1


def ask(address, token, method="GET", content=None):
    """One request of GitLab's API."""
    request = urllib.request.Request(address, method=method, data=None if content is None else json.dumps(content).encode())
    request.add_header("PRIVATE-TOKEN", token)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


if __name__ == "__main__":
    main()
