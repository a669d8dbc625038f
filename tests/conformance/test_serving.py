"""An RMM that is served: its replies, what it says of lines that are no requests, its log and its socket."""

from __future__ import annotations

import io
import json
import socket
import threading
from pathlib import Path
from typing import Any

import parley
import pytest
from parley.conformance.output import LONGEST_LINE
from parley.conformance.serving import listening
from parley.spec.checked import CheckedPolicy
from parley.spec.diagnostics import Rejected

CONFIG = {"supported": ["1.0", "2.0"]}


def policy(target: str) -> CheckedPolicy:
    found = parley.find(target)
    assert isinstance(found, CheckedPolicy)
    return found


def reply(request: str, config: dict[str, list[str]] | None = CONFIG, target: str = "rmi") -> dict[str, Any]:
    return json.loads(parley.serve(policy(target), config).line(request.encode()))


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        ('{"id": 1, "x1": "0x10000"}', {"id": 1, "x0": "0x0", "x1": "0x10000", "x2": "0x20000"}),
        ('{"id": "b", "requested": "1.1"}', {"id": "b", "x0": "0x1", "x1": "0x10000", "x2": "0x20000"}),
        ('{"x1": 65536}', {"x0": "0x0", "x1": "0x10000", "x2": "0x20000"}),
        ('{"id": null, "x1": "0x0"}', {"id": None, "x0": "0x1", "x1": "0x20000", "x2": "0x20000"}),
        (
            '{"id": 1, "supported": ["2.0", "1.0"], "x1": "0x0"}',
            {"id": 1, "x0": "0x1", "x1": "0x20000", "x2": "0x20000"},
        ),
    ],
)
def test_a_request_is_answered_as_the_policy_does(request_: str, wanted: dict[str, Any]) -> None:
    assert reply(request_) == wanted


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ("hello", "this is no JSON"),
        ("3", "this is JSON, and no object"),
        ('{"id": 1, "id": 2, "x1": "0x0"}', "`id` stands twice"),
        ('{"id": 1}', "no x1, nor requested"),
        ('{"id": 1, "x1": "1.0"}', "x1 is"),
        ('{"id": 1, "requested": "1.x"}', "requested is"),
        ('{"id": 1, "x1": "0x0", "supported": ["1.0"]}', "`supported` is another one here"),
        ('{"id": 1, "x1": "0x0", "supported": "1.0"}', "its `supported` is no list of revisions"),
        ('{"id": 1, "x1": "0x0", "supported": ["0x80010000"]}', "`supported` has a revision with reserved bits set"),
    ],
)
def test_what_is_no_request_is_answered_with_the_reason(request_: str, error: str) -> None:
    said = reply(request_)
    assert said["error"].startswith(error)
    assert set(said) == ({"error", "id"} if request_.startswith('{"id": 1') and "twice" not in error else {"error"})


def test_a_request_brings_the_configuration_along_where_there_is_no_other() -> None:
    assert reply('{"x1": "0x10000", "supported": ["2.0"]}', None)["x1"] == "0x20000"
    error = "`supported` is not known: give it here, or to the RMM when it starts"
    assert reply('{"x1": "0x10000"}', None) == {"error": error}
    ruled_out = {"error": "the policy's assumptions rule this request out"}
    assert reply('{"x1": "0x10000", "supported": []}', None) == ruled_out


def test_a_served_mutant_shows_its_fault() -> None:
    """Each mutant that can be told is told by the first request that tells it: it gives a wrong answer if it has one."""
    rmi = policy("rmi")
    what = {mutant.what: mutant.name for mutant in parley.mutants_of(rmi)}

    def served(fault: str, x1: str) -> dict[str, Any]:
        return parley.serve(rmi, CONFIG, mutant=what[fault]).reply({"x1": x1})

    assert served("case malformed: status = RMI_SUCCESS", "0x80010000")["x0"] == "0x0"
    assert served("lower in x1: always 0", "0x10000") == {"x0": "0x0", "x1": "0x0", "x2": "0x20000"}
    assert served("lower and higher exchanged", "0x10000") == {"x0": "0x0", "x1": "0x20000", "x2": "0x10000"}
    assert served("requested without its reserved bits", "0x80010000")["x0"] == "0x0"
    assert served("status in x0: always 0xffffffffffffffff", "0x10000")["x0"] == "0xffffffffffffffff"


def test_wrong_uses_are_told() -> None:
    rmi = policy("rmi")
    with pytest.raises(Rejected, match="no mutant `m9999`") as caught:
        parley.serve(rmi, mutant="m9999")
    assert "--list-mutants" in caught.value.diagnostics[0].help
    with pytest.raises(Rejected, match="`message` is in no register"):
        parley.serve(policy("scmi:scmi"), log=print)
    text = """interface I { revision { word[63:0] } input error : revision output id : bool }
        policy p for I { case only otherwise { id = error == error } }"""
    with pytest.raises(Rejected, match="two things called `id`"):
        parley.serve(parley.loads(text))


# ---- streams --------------------------------------------------------------------------------------------


def test_lines_are_answered_until_the_input_ends() -> None:
    service = parley.serve(policy("rmi"), CONFIG)
    lines = b'{"id": 1, "x1": "0x10000"}\n\n' + b"x" * (3 * LONGEST_LINE) + b'\n{"id": 2, "x1": "0x20000"}'
    out = io.BytesIO()
    service.serve(io.BytesIO(lines), out)
    made = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [one.get("id", one.get("error")) for one in made] == [1, f"a line of more than {LONGEST_LINE} bytes", 2]
    assert service.served == 2


def test_a_socket_serves_one_connection_after_the_other(tmp_path: Path) -> None:
    path, ready = tmp_path / "rmm.sock", threading.Event()
    service = parley.serve(policy("rmi"), CONFIG)
    threading.Thread(target=lambda: service.listen(path, ready.set), daemon=True).start()
    assert ready.wait(10)
    for number in range(3):
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(str(path))
            one.sendall(b'{"id": %d, "x1": "0x10000"}\nhello\n' % number)
            if number == 1:
                # Gone before it is answered.
                continue
            with one.makefile("rb") as replies:
                assert json.loads(replies.readline())["id"] == number
                assert "error" in json.loads(replies.readline())
    with pytest.raises(Rejected, match="another program serves it"), listening(path):
        pass
    assert path.is_socket()


def test_a_socket_is_removed_and_nothing_else_is(tmp_path: Path) -> None:
    path = tmp_path / "rmm.sock"
    with pytest.raises(KeyboardInterrupt), listening(path):
        assert path.is_socket()
        raise KeyboardInterrupt
    assert not path.exists()
    # One that was left over is replaced.
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with listening(path):
        path.unlink()
        path.write_text("another's", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "another's"
    with pytest.raises(Rejected) as caught, listening(path):
        pass
    assert caught.value.diagnostics[0].code == "P512"
    assert "it is no socket, and is not replaced" in str(caught.value)
    assert path.read_text(encoding="utf-8") == "another's"
    for wrong in (tmp_path / "no" / "folder", tmp_path / ("a" * 200)):
        with pytest.raises(Rejected, match="cannot be served"), listening(wrong):
            pass


# ---- the log --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "config", "request_", "line"),
    [
        (
            "rmi",
            {"supported": "1.0,2.0"},
            "0x10000",
            "SMC_RMI_VERSION                   10000 > RMI_SUCCESS 10000 20000",
        ),
        ("rmi", {"supported": "1.0,2.0"}, "0x10001", "SMC_RMI_VERSION                   10001 > RMI_ERROR_INPUT"),
        (
            "rsi",
            {"supported": "1.0,2.0"},
            "0x10001",
            "SMC_RSI_VERSION                   10001 > RSI_ERROR_INPUT 10000 20000",
        ),
        ("ffa:hafnium", {"own": "1.1"}, "0x20000", "SMC_FFA_VERSION                   20000 > ffffffff"),
    ],
)
def test_a_call_is_logged_as_tf_rmm_does(target: str, config: dict[str, str], request_: str, line: str) -> None:
    said: list[str] = []
    service = parley.serve(policy(target), config, log=said.append)
    (key,) = service.responder.keys.values()
    service.reply({key: request_})
    service.reply({key: "nothing"})
    assert said == [line]


@pytest.mark.parametrize(("target", "text"), [("rmi", "RMI"), pytest.param("rsi", "RSI", marks=pytest.mark.slow)])
def test_a_served_log_is_judged_right(target: str, text: str, tmp_path: Path) -> None:
    path, lines = tmp_path / "rmm.log", list[str]()
    of = policy(target)
    service = parley.serve(of, CONFIG, log=lines.append)
    for word in (0, 0x10000, 0x10001, 0x20000, 0x30000, 0x80010000):
        service.reply({"x1": hex(word)})
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    judged = parley.trace(of, path)
    assert judged.code == 0
    assert f"SMC_{text}_VERSION" in lines[0]
    # And a mutant's is not.
    name = next(m.name for m in parley.mutants_of(of) if m.what.startswith("higher in x2: always 0"))
    lines.clear()
    wrong = parley.serve(of, CONFIG, mutant=name, log=lines.append)
    wrong.reply({"x1": "0x10000"})
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert parley.trace(of, path).code == 1
