"""ci/post_note.py of `init --ci gitlab`, run against a server that answers as GitLab does: one note, kept up to date, of bounded size."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from api.workbench.rulebook_review import MARK

NOTES = "/projects/7/merge_requests/3/notes"


class GitLab(ThreadingHTTPServer):
    """The notes of one merge request, for whoever has the token."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.notes = [{"id": 1, "author": {"id": 8}, "body": f"{MARK} of somebody else"}]


class Answers(BaseHTTPRequestHandler):
    """The few requests that the script makes."""

    server: GitLab

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        self._answer({"id": 9} if path == "/user" else self.server.notes if query.endswith("&page=1") else [])

    def do_POST(self) -> None:
        self.server.notes.append({"id": 2, "author": {"id": 9}, "body": self._body()})
        self._answer({})

    def do_PUT(self) -> None:
        self.server.notes = [note | ({"body": self._body()} if self.path == f"{NOTES}/{note['id']}" else {}) for note in self.server.notes]
        self._answer({})

    def _body(self) -> str:
        return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

    def _answer(self, content: object) -> None:
        self.send_response(200 if self.headers["PRIVATE-TOKEN"] == "secret" else 401)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Stays silent."""


@pytest.fixture
def gitlab() -> Iterator[GitLab]:
    with GitLab() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def post(root: Path, server: GitLab, review: Path) -> subprocess.CompletedProcess[str]:
    script = root / "api" / "workbench" / "skeleton" / "ci-gitlab" / "ci" / "post_note.py.txt"
    given = {
        "CENTWRIGHT_GITLAB_TOKEN": "secret", "CI_API_V4_URL": f"http://127.0.0.1:{server.server_port}",
        "CI_PROJECT_ID": "7", "CI_MERGE_REQUEST_IID": "3", "no_proxy": "*",
    }  # fmt: skip
    return subprocess.run([sys.executable, "-I", script, review], env=os.environ | given, capture_output=True, text=True, check=False)


def test_one_note_is_written_and_kept_up_to_date(root: Path, gitlab: GitLab, tmp_path: Path) -> None:
    review = tmp_path / "review.md"
    for text in ("first", "second"):
        review.write_text(f"{MARK}\n{text}", "utf-8")
        answer = post(root, gitlab, review)
        assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
    assert [note["body"] for note in gitlab.notes] == [f"{MARK} of somebody else", f"{MARK}\nsecond"]


def test_a_review_of_any_size_and_without_its_mark_is_one_bounded_note(root: Path, gitlab: GitLab, tmp_path: Path) -> None:
    review = tmp_path / "review.md"
    review.write_bytes(b"\xff" + "é".encode() * 1_000_000)
    assert post(root, gitlab, review).returncode == 0
    body = str(gitlab.notes[1]["body"])
    assert body.startswith(f"{MARK}\ufffdé")
    assert len(body) == 65_000


def test_a_link_in_place_of_the_review_is_not_followed(root: Path, gitlab: GitLab, tmp_path: Path) -> None:
    (tmp_path / "review.md").symlink_to("/proc/self/environ")
    answer = post(root, gitlab, tmp_path / "review.md")
    assert answer.returncode == 1
    assert answer.stderr == "no note is written: there is no review\n"
    assert len(gitlab.notes) == 1
