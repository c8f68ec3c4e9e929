"""S3Download and S3Upload through local buckets, WebDownload from a web server of the test's own."""

import hashlib
import http.server
import json
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from core.local.toe.run import ToeResult
from tests.functional.toe.oven import Oven, outputs

BREAD = b"bread\n"


async def act(oven: Oven, action: str, *entries: dict[str, str], more: str = "") -> ToeResult:
    return await oven.steps(f"- {{name: Act, action: {action}, inputs: {json.dumps(list(entries))}{more}}}")


async def done(oven: Oven, action: str, *entries: dict[str, str]) -> ToeResult:
    result = await act(oven, action, *entries)
    assert result.status == "success", result.failure
    return result


async def refused(oven: Oven, action: str, *entries: dict[str, str]) -> str:
    result = await act(oven, action, *entries)
    assert result.failure is not None
    return result.failure.error_message


@pytest.fixture
def bucket(oven: Oven) -> Oven:
    folder = oven.buckets / "bakery"
    (folder / "set/deep").mkdir(parents=True)
    (folder / "one").write_bytes(bytes(range(256)) * 40_000)
    (folder / "set/a").write_bytes(b"a")
    (folder / "set/deep/b").write_bytes(b"b")
    return oven


async def test_an_object_comes_whole_even_when_it_takes_several_pieces(bucket: Oven) -> None:
    await done(bucket, "S3Download", {"source": "s3://bakery/one", "destination": "/opt/new/one"})
    assert bucket.guest.path("/opt/new/one").read_bytes() == bytes(range(256)) * 40_000
    assert [path.name for path in bucket.guest.path("/opt/new").iterdir()] == ["one"]


async def test_a_prefix_comes_with_its_folders(bucket: Oven) -> None:
    await done(bucket, "S3Download", {"source": "s3://bakery/set/*", "destination": "/opt/set/"})
    assert bucket.guest.path("/opt/set/a").read_bytes() == b"a"
    assert bucket.guest.path("/opt/set/deep/b").read_bytes() == b"b"


async def test_an_existing_file_stays_when_overwrite_is_false(bucket: Oven) -> None:
    bucket.guest.path("/opt/a").write_text("mine")
    entry = {"source": "s3://bakery/set/a", "destination": "/opt/a"}
    assert await refused(bucket, "S3Download", {**entry, "overwrite": "false"}) == (
        'Error: S3Download: File already exists and "overwrite" property for "destination" file is set to false. '
        "Cannot download."
    )
    assert bucket.guest.path("/opt/a").read_text() == "mine"
    await done(bucket, "S3Download", entry)
    assert bucket.guest.path("/opt/a").read_text() == "a"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("s3://bakery/none", "NoSuchKey"),
        ("s3://nowhere/one", "NoSuchBucket"),
        ("s3://bakery/../secret", "part of its key"),
        ("s3://../bakery/one", "is not an S3 address"),
        ("s3://bakery/out", "leads out of its local bucket"),
        ("/etc/passwd", "is not an S3 address"),
        ("s3://bakery/se*", "must end with '/*'"),
    ],
)
async def test_what_a_bucket_does_not_hold_is_refused(bucket: Oven, source: str, reason: str) -> None:
    """Joined to the bucket's folder unchecked, a key with '..', or a link in a bucket, would read files of the host."""
    (bucket.buckets / "secret").write_text("of the host")
    (bucket.buckets / "bakery/out").symlink_to(bucket.buckets / "secret")
    assert reason in await refused(bucket, "S3Download", {"source": source, "destination": "/opt/x"})
    assert not bucket.guest.path("/opt/x").exists()


async def test_a_bucket_of_another_account_is_refused(bucket: Oven) -> None:
    entry = {"source": "s3://bakery/one", "destination": "/opt/one"}
    await done(bucket, "S3Download", {**entry, "expectedBucketOwner": "123456789012"})
    assert "AccessDenied" in await refused(bucket, "S3Download", {**entry, "expectedBucketOwner": "999999999999"})


async def test_files_go_into_a_bucket_alone_by_pattern_and_with_their_folders(bucket: Oven) -> None:
    bucket.guest.path("/opt/sub").mkdir()
    for name in ("a.log", "b.log", "c.txt", "sub/d.log"):
        bucket.guest.path(f"/opt/{name}").write_text(name)
    await done(
        bucket,
        "S3Upload",
        {"source": "/opt/a.log", "destination": "s3://bakery/up/renamed"},
        {"source": "/opt/c.txt", "destination": "s3://bakery/up/"},
        {"source": "/opt/*.log", "destination": "s3://bakery/flat/"},
        {"source": "/opt/*.log", "destination": "s3://bakery/tree/*", "recurse": "true"},
    )
    folder = bucket.buckets / "bakery"
    sent = [path for top in ("up", "flat", "tree") for path in (folder / top).rglob("*") if path.is_file()]
    assert {str(path.relative_to(folder)): path.read_text() for path in sent} == {
        "up/renamed": "a.log",
        "up/c.txt": "c.txt",
        "flat/a.log": "a.log",
        "flat/b.log": "b.log",
        "tree/a.log": "a.log",
        "tree/b.log": "b.log",
        "tree/sub/d.log": "sub/d.log",
    }
    assert [path.name for path in bucket.buckets.iterdir()] == ["bakery"]


async def test_an_upload_of_nothing_is_refused(bucket: Oven) -> None:
    assert "nothing matches" in await refused(
        bucket, "S3Upload", {"source": "/opt/*.log", "destination": "s3://bakery/x/"}
    )
    assert "does not exist" in await refused(bucket, "S3Upload", {"source": "/opt/a", "destination": "s3://bakery/x"})


@dataclass
class Shop:
    """A web server: /bread is there, /moved leads to it, /missing is not, /shy answers at the third question, and
    /detour leads to /cut, which hangs up at the first."""

    url: str = ""
    asked: Counter[str] = field(default_factory=Counter)


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shop.asked[self.path] += 1
            if self.path == "/cut" and shop.asked["/cut"] == 1:
                self.close_connection = True
                return
            if self.path in ("/moved", "/detour"):
                self.send_response(302)
                self.send_header("Location", "/bread" if self.path == "/moved" else "/cut")
            elif self.path == "/shy" and shop.asked["/shy"] < 3:
                self.send_response(503)
            elif self.path == "/missing":
                self.send_response(404)
            elif self.path == "/created":
                self.send_response(201)
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(BREAD)))
            self.end_headers()
            self.wfile.write(BREAD)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shop.url = f"http://127.0.0.1:{server.server_port}"
        yield shop
        server.shutdown()


async def test_downloads_land_by_name_or_in_a_folder(oven: Oven, shop: Shop) -> None:
    result = await done(
        oven,
        "WebDownload",
        {"source": f"{shop.url}/bread?x=1", "destination": "/opt/new/"},
        {"source": f"{shop.url}/moved", "destination": "/opt/other/name"},
        {"source": f"{shop.url}/a%20b[1]%7B", "destination": "/opt/new/"},
    )
    assert outputs(result, "Act") == [{"destination": "/opt/new/bread\n/opt/other/name\n/opt/new/a b[1]{"}]
    for path in ("/opt/new/bread", "/opt/other/name", "/opt/new/a b[1]{"):
        assert oven.guest.path(path).read_bytes() == BREAD
    assert len(list(oven.guest.path("/opt/new").iterdir())) == 2


@pytest.mark.parametrize("path", ["/missing", "/created"])
async def test_any_status_but_200_is_an_error_and_leaves_nothing(oven: Oven, shop: Shop, path: str) -> None:
    message = await refused(oven, "WebDownload", {"source": shop.url + path, "destination": "/opt/new/x"})
    assert "status 404" in message or "status 201" in message
    assert shop.asked[path] == 1
    assert list(oven.guest.path("/opt/new").iterdir()) == []


async def test_a_server_in_trouble_is_asked_again(oven: Oven, shop: Shop) -> None:
    await done(oven, "WebDownload", {"source": f"{shop.url}/shy", "destination": "/opt/shy"})
    assert shop.asked["/shy"] == 3
    assert any("Attempt 2 of 5 failed, next in 2 s: the server answered with status 503" in line for line in oven.lines)


async def test_waiting_for_the_next_attempt_is_part_of_the_steps_timeout(oven: Oven) -> None:
    entry = {"source": "http://127.0.0.1:9/", "destination": "/opt/x"}
    result = await oven.steps(f"- {{name: Act, action: WebDownload, timeoutSeconds: 2, inputs: {json.dumps([entry])}}}")
    assert result.status == "timedOut"


async def test_a_checksum_is_verified_and_spares_a_second_download(oven: Oven, shop: Shop) -> None:
    for algorithm in ("MD5", "SHA1", "SHA256", "SHA512"):
        digest = hashlib.new(algorithm, BREAD).hexdigest().upper()
        entry = {
            "source": f"{shop.url}/{algorithm}",
            "destination": "/opt/x",
            "checksum": digest,
            "algorithm": algorithm,
        }
        await done(oven, "WebDownload", entry)
        await done(oven, "WebDownload", entry)
        oven.guest.path("/opt/x").unlink()
        assert shop.asked[f"/{algorithm}"] == 1
    wrong = {"source": f"{shop.url}/bread", "destination": "/opt/y", "checksum": "00", "algorithm": "MD5"}
    assert "the checksum of" in await refused(oven, "WebDownload", wrong)
    assert list(oven.guest.path("/opt").iterdir()) == []


@pytest.mark.parametrize(
    "source",
    [
        "file:///etc/passwd",
        "/etc/passwd",
        "-o/opt/owned",
        "ftp://127.0.0.1/x",
        "http://",
        "http://a b/c",
        "http://a/../..",
    ],
)
async def test_only_web_addresses_that_name_a_file_are_taken(oven: Oven, source: str) -> None:
    await refused(oven, "WebDownload", {"source": source, "destination": "/opt/"})
    assert list(oven.guest.path("/opt").iterdir()) == []


async def test_an_existing_file_is_not_overwritten_when_that_is_forbidden(oven: Oven, shop: Shop) -> None:
    oven.guest.path("/opt/x").write_text("mine")
    entry = {"source": f"{shop.url}/bread", "destination": "/opt/x", "overwrite": "false"}
    assert "exists already" in await refused(oven, "WebDownload", entry)
    assert shop.asked["/bread"] == 0


@pytest.fixture
def with_wget(oven: Oven) -> Oven:
    """A machine that has wget and no curl."""
    oven.guest.path("/opt/bin").mkdir()
    for tool in ("bash", "env", "grep", "mkdir", "mv", "rm", "tail", "wget"):
        found = shutil.which(tool)
        if found is None:
            pytest.skip(f"this host has no {tool}")
        oven.guest.path(f"/opt/bin/{tool}").symlink_to(found)
    oven.environment["PATH"] = "/opt/bin"
    return oven


async def test_a_connection_that_breaks_behind_a_redirect_is_tried_again(with_wget: Oven, shop: Shop) -> None:
    """The redirect was the last answer that came, and its status was told as the server's last word."""
    await done(with_wget, "WebDownload", {"source": f"{shop.url}/detour", "destination": "/opt/x"})
    assert with_wget.guest.path("/opt/x").read_bytes() == BREAD
    assert shop.asked["/cut"] == 2
    assert any("Attempt 1 of 5 failed, next in 1 s: No data received." in line for line in with_wget.lines)


DISTRUST = """\
#!/bin/sh
if [ -e "$0.called" ]; then echo '  HTTP/1.1 200 OK'; exit; fi
: > "$0.called"
echo '  HTTP/1.1 302 Found'
echo '  Location: https://shop.example/bread'
echo "ERROR: cannot verify shop.example's certificate:"
echo '  Self-signed certificate encountered.'
exit 5
"""


async def test_all_that_wget_says_of_a_failure_is_told_without_the_answers_before_it(with_wget: Oven) -> None:
    """Only the last line was told, which does not name the server."""
    wget = with_wget.guest.path("/opt/bin/wget")
    wget.unlink()
    wget.write_text(DISTRUST)
    wget.chmod(0o755)
    await done(with_wget, "WebDownload", {"source": "https://shop.example/moved", "destination": "/opt/x"})
    told = "\n".join(with_wget.lines)
    assert "ERROR: cannot verify shop.example's certificate:" in told
    assert "Self-signed certificate encountered." in told
    assert "302 Found" not in told
    assert "Location" not in told


async def test_a_machine_with_wget_alone_downloads_as_well(with_wget: Oven, shop: Shop) -> None:
    oven = with_wget
    await done(oven, "WebDownload", {"source": f"{shop.url}/moved", "destination": "/opt/x"})
    assert oven.guest.path("/opt/x").read_bytes() == BREAD
    assert "status 404" in await refused(
        oven, "WebDownload", {"source": f"{shop.url}/missing", "destination": "/opt/y"}
    )
