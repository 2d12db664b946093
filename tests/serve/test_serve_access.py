"""Who may ask: which addresses demand a token, whom it lets in, and which names a request may be addressed to."""

from pathlib import Path

import pytest
from asking import Asked, serving

from regard.cli.main import main
from regard.serve.access import Access, access_of, bound, token_of

TOKEN = "a-token-of-some-length"


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n", encoding="ascii")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_an_address_that_others_reach_demands_a_token(
    address: str, folders: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", str(folders["classify"]), "--address", address, "--port", "0"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("regard serve: an address that others reach demands --token-file\n  got  --address ")
    assert len(told.splitlines()) == 3


def test_with_a_token_any_address_may_be_bound(token_file: Path) -> None:
    with bound("0.0.0.0", 0) as listening:
        assert access_of(listening, [], str(token_file)) == Access(None, TOKEN)
        named = access_of(listening, ["Example.org"], str(token_file))
        assert named.hosts == {"example.org"}
    with bound("127.0.0.2", 0) as listening:
        assert access_of(listening, ["proxy"], "").hosts == {"localhost", "127.0.0.1", "::1", "127.0.0.2", "proxy"}


@pytest.mark.parametrize(
    ("content", "mode", "refused"),
    [
        ("", 0o600, "--token-file: holds one word of 16"),
        ("short", 0o600, "--token-file: holds one word of 16"),
        ("two words that are long", 0o600, "--token-file: holds one word of 16"),
        (TOKEN + "ä", 0o600, "--token-file: holds one word of 16"),
        (TOKEN, 0o644, "--token-file: nobody else may read or write it"),
        (TOKEN, 0o620, "--token-file: nobody else may read or write it"),
    ],
)
def test_a_token_is_a_secret(content: str, mode: int, refused: str, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(content, encoding="utf-8")
    path.chmod(mode)
    with pytest.raises(ValueError, match=refused) as error:
        token_of(path)
    assert TOKEN not in str(error.value)


def test_a_token_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no such file"):
        token_of(tmp_path / "token")
    with pytest.raises(ValueError, match="holds one word"):
        tmp_path.chmod(0o700)
        token_of(tmp_path)


@pytest.fixture(scope="module")
def locked(folders: dict[str, Path]) -> Asked:
    with serving([folders["classify"]], Access(None, TOKEN)) as server:
        yield server  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 401),
        ("Bearer wrong", 401),
        (f"Bearer {TOKEN[:-1]}", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Basic {TOKEN}", 401),
        (TOKEN, 401),
        ("Bearer ä", 401),
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN}", 200),
    ],
)
def test_the_token_lets_in_and_nothing_else(given: str | None, status: int, locked: Asked) -> None:
    headers = {} if given is None else {"authorization": given}
    answer = locked.get("/models", **headers)
    assert answer.status == status
    if status == 401:
        assert answer.headers["www-authenticate"] == "Bearer" and TOKEN not in answer.refused
        assert locked.raw("POST", "/predict", b'{"items": ["a"]}', headers).status == 401
        assert locked.raw("GET", "/nothing", headers=headers).status == 401


def test_health_needs_no_token_and_tells_nothing_else(locked: Asked) -> None:
    assert locked.get("/health").json == {"status": "ok"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "localhost"}, 200),
        ({"host": "LOCALHOST:8000"}, 200),
        ({"host": "127.0.0.1:1"}, 200),
        ({"host": "[::1]:8000"}, 200),
        ({"host": "evil.example"}, 421),
        ({"host": "localhost.evil.example"}, 421),
        ({"host": "localhost@evil.example"}, 421),
        ({"host": ""}, 421),
        ({"host": "[::1"}, 421),
        ({"origin": "http://localhost:3000"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_names_that_a_loopback_address_has(headers: dict[str, str], status: int, asked: Asked) -> None:
    answer = asked.get("/models", **headers)
    assert answer.status == status and (status == 200 or answer.refused)
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_two_models_of_one_name_and_no_model_are_refused(
    folders: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(folders["classify"])
    for words, refused in (
        ([folder, folder], "a model is asked for by its folder's name\n  got  two 'classify'"),
        ([], "needs a model"),
        ([f"{folder}-not"], "a model folder holds model.json"),
        ([folder, "--port", "70000"], "--port: is a number below 65,536"),
        ([folder, "--address", "no.such.host.invalid"], "must be able to listen there"),
        ([folder, "--timeout", "0"], "--timeout: is above 0"),
    ):
        assert main(["serve", *words, *([] if "--port" in words else ["--port", "0"]), "--device", "cpu"]) == 2
        told = capsys.readouterr().err
        assert refused in told and len(told.splitlines()) == 3, told
