"""The weights store against real sockets, real pip and real files; tiny weights, but every step as for big ones."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from intermodal.tools import models
from intermodal.tools.errors import Cancelled, InputError, WeightsError
from intermodal.tools.weights import Store

PARTS = [bytes([number]) * 40_000 for number in (1, 2)]
WHOLE = b"".join(PARTS)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def declare(path: Path, name: str, files: Mapping[str, bytes], **more: Any) -> None:
    """Add a set to a catalogue file; JSON values are TOML here, but for tables."""
    rows = [f'{{ name = "{file}", bytes = {len(data)}, sha256 = "{digest(data)}" }}' for file, data in files.items()]
    lines = [f'["{name}"]', 'task = "a test"', 'licence = "MIT"', f"files = [{', '.join(rows)}]"]
    for key, value in more.items():
        lines.append(f"{key} = {toml(value)}")
    with path.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {toml(item)}' for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    return tmp_path / "more.toml"


@pytest.fixture
def parted(index: Any, catalogue: Path) -> Any:
    """The set "parted": one file in two packages, a second one beside the first part."""
    wheels = []
    for number, part in enumerate(PARTS, 1):
        pin, package = f"parted-part{number}==1.0", f"parted_part{number}"
        members = {f"{package}/data/{number}.bin": part}
        wanted = {"model.bin": f"{package}/data/{number}.bin"}
        if number == 1:
            members[f"{package}/data/config.json"] = b"{}"
            wanted["config.json"] = f"{package}/data/config.json"
        wheels.append({"pin": pin, "bytes": index.add(pin, members), "members": wanted})
    declare(catalogue, "parted", {"model.bin": WHOLE, "config.json": b"{}"}, wheels=wheels)
    return index


@pytest.fixture
def little(parted: Any, catalogue: Path) -> Store:
    """A store that also knows the catalogue of this test."""
    store = Store()
    store.add_catalogue(catalogue)
    return store


def wheel_file(number: int) -> str:
    return f"/files/parted_part{number}-1.0-py3-none-any.whl"


def left_over(home: Path) -> list[str]:
    """Files below the store that are neither weights in place, locks nor stamps."""
    found = (path.relative_to(home / "weights") for path in (home / "weights").rglob("*") if path.is_file())
    return [str(path) for path in found if path.parts[0] == ".partial" or path.suffix == ".whl"]


def child(code: str, catalogue: Path) -> subprocess.Popen[str]:
    """Another process with a store of its own."""
    start = f"from intermodal.tools.weights import Store; store = Store(); store.add_catalogue({str(catalogue)!r})\n"
    command = [sys.executable, "-c", start + textwrap.dedent(code)]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def until(condition: Any, seconds: float = 20.0) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.02)


# --- what is declared -------------------------------------------------------------------------------------------------


def test_the_builtin_sets_are_complete() -> None:
    sets = models.read_catalogue(models.BUILTIN)
    embedded = {"qwen2.5-coder-1.5b", "whisper-base", "whisper-tiny-en", "piper-joe", "ssd-mobilenet-v2"}
    assert embedded | {"efficientnet-lite3", "movenet-lightning", "minilm-l6"} <= sets.keys()
    for known in sets.values():
        assert known.task and known.licence and known.origin and known.sources
        carried = {file for wheel in known.wheels for file in wheel.members}
        assert carried == {file.name for file in known.files}, known.name
        assert all("==" in wheel.pin for wheel in known.wheels)
        assert known.hub is None or len(known.hub.revision) == 40, "a revision is a commit"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[x", "can't be read"),
        ("[x]\ntask = 'a'\nlicence = 'b'", "lack 'files'"),
        ("[x]\ntask = 'a'\nlicence = 'b'\nfiles = []", "no file"),
        ("[x]\ntask = 'a'\nlicence = 'b'\nfiles = [{ name = '../up', bytes = 1, sha256 = 'f' }]", "'../up'"),
        ("[x]\ntask = 'a'\nlicence = 'b'\nfiles = [{ name = 'a', bytes = 1, sha256 = 'f00' }]", "SHA-256"),
        ("[x]\ntask = 'a'\nlicence = 'b'\nfiles = 3", "understood"),
        ("x = 3", "understood"),
    ],
)
def test_a_bad_catalogue_is_refused(text: str, words: str, data_home: Path, catalogue: Path) -> None:
    catalogue.write_text(text, encoding="utf-8")
    with pytest.raises(WeightsError, match=words) as refused:
        Store().add_catalogue(catalogue)
    assert str(catalogue) in str(refused.value)


def test_two_catalogues_may_not_share_a_name(data_home: Path, catalogue: Path) -> None:
    declare(catalogue, "whisper-base", {"model.bin": b"mine"})
    with pytest.raises(WeightsError, match=r"whisper-base.*models\.toml.*more\.toml"):
        Store().add_catalogue(catalogue)


def test_an_unknown_name_offers_the_nearest(data_home: Path) -> None:
    with pytest.raises(InputError, match="Did you mean 'whisper-base'"):
        Store().fetch("whisper-bas")


def test_the_module_loads_nothing_of_others() -> None:
    code = """
        import sys
        before = set(sys.modules)
        import intermodal.tools.weights
        loaded = {name.partition('.')[0] for name in set(sys.modules) - before}
        print(sorted(loaded - sys.stdlib_module_names - {'intermodal'}))
    """
    found = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


# --- packages ---------------------------------------------------------------------------------------------------------


def test_parts_are_joined_and_nothing_else_is_kept(
    little: Store, parted: Any, data_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.py").write_text("raise SystemExit('the user has a file of this name, and it is not pip')")
    monkeypatch.chdir(tmp_path)
    seen: list[tuple[float, float | None, str]] = []
    assert little.state("parted") == "missing"
    folder = little.fetch("parted", report=lambda *step: seen.append(step))
    assert folder == data_home / "weights" / "parted" == little.path("parted")
    assert (folder / "model.bin").read_bytes() == WHOLE
    assert (folder / "config.json").read_bytes() == b"{}"
    assert little.state("parted") == "ready"
    assert left_over(data_home) == []
    done = [step[0] for step in seen]
    assert done == sorted(done)
    assert seen[-1][0] == seen[-1][1] and {step[2] for step in seen} == {"B"}
    little.fetch("parted")
    assert set(parted.downloads().values()) == {1}, "what is here is not fetched again"


def test_a_row_for_listings_is_json(little: Store) -> None:
    row = json.loads(json.dumps(little.listing()))[-1]
    assert row["name"] == "parted" and row["state"] == "missing" and row["bytes"] == len(WHOLE) + 2
    assert row["sources"] == ["package parted-part1==1.0 and 1 more"]
    assert {"task", "licence", "origin", "folder"} <= row.keys()


def test_a_killed_download_goes_on_where_it_was(little: Store, parted: Any, catalogue: Path, data_home: Path) -> None:
    parted.stalled.add(wheel_file(2))
    process = child("store.fetch('parted')", catalogue)
    until(lambda: parted.fetched[wheel_file(2)])
    process.kill()
    process.communicate()
    assert little.state("parted") == "partial"
    assert not (data_home / "weights" / "parted").exists(), "never a half file under the final name"
    parted.stalled.clear()
    folder = little.fetch("parted")
    assert (folder / "model.bin").read_bytes() == WHOLE
    assert parted.downloads()["parted_part1-1.0-py3-none-any.whl"] == 1
    assert left_over(data_home) == []


def test_a_half_appended_part_is_dropped(little: Store, parted: Any, data_home: Path) -> None:
    parted.files[wheel_file(2)] = b"not a wheel"
    with pytest.raises(WeightsError):
        little.fetch("parted")
    grown = data_home / "weights" / ".partial" / "parted" / "parts" / "model.bin"
    with grown.open("ab") as file:
        file.write(b"half a part")
    parted.add("parted-part2==1.0", {"parted_part2/data/2.bin": PARTS[1]})
    assert (little.fetch("parted") / "model.bin").read_bytes() == WHOLE


@pytest.mark.parametrize("damage", ["other bytes", "too many bytes", "too few bytes"])
def test_what_has_another_digest_is_refused_and_removed(
    damage: str, little: Store, parted: Any, data_home: Path
) -> None:
    content = {"other bytes": b"x" * 40_000, "too many bytes": b"x" * 5_000_000, "too few bytes": b""}[damage]
    parted.add("parted-part2==1.0", {"parted_part2/data/2.bin": content})
    with pytest.raises(WeightsError, match=r"'parted' can't be fetched: .*package index gave .*'model\.bin'"):
        little.fetch("parted")
    assert not (data_home / "weights" / "parted").exists()
    assert damage == "too many bytes" or little.state("parted") == "missing"


def test_a_package_that_lacks_the_member_or_is_absent_is_named(little: Store, parted: Any) -> None:
    parted.add("parted-part1==1.0", {"parted_part1/data/else.bin": b""})
    with pytest.raises(WeightsError, match=r"parted-part1==1\.0 without 'parted_part1/data/1\.bin'"):
        little.fetch("parted")
    del parted.files["/simple/parted-part1/"]
    with pytest.raises(WeightsError, match=r"has no package parted-part1==1\.0"):
        little.fetch("parted")
    assert little.state("parted") == "missing"


def test_no_route_is_one_sentence_and_leaves_nothing(little: Store, parted: Any, data_home: Path) -> None:
    parted.close()
    with pytest.raises(WeightsError) as failed:
        little.fetch("parted")
    assert "the package index can't be reached" in str(failed.value)
    assert "INTERMODAL_WEIGHTS_PARTED" in str(failed.value) and "\n" not in str(failed.value)
    assert left_over(data_home) == [] and little.state("parted") == "missing"


def test_two_processes_fetch_once(little: Store, parted: Any, catalogue: Path) -> None:
    processes = [child("print(store.fetch('parted'))", catalogue) for _ in range(2)]
    results = [process.communicate(timeout=60) for process in processes]
    assert [out.strip() for out, _ in results] == [str(little.path("parted"))] * 2, results
    assert set(parted.downloads().values()) == {1}


def test_cancelling_stops_at_once_and_keeps_whole_parts(little: Store, parted: Any, data_home: Path) -> None:
    parted.stalled.add(wheel_file(2))
    stopped_at: list[float] = []

    def cancelled() -> bool:
        if parted.fetched[wheel_file(2)] and not stopped_at:
            stopped_at.append(time.monotonic())
        return bool(stopped_at)

    with pytest.raises(Cancelled, match="parted"):
        little.fetch("parted", cancelled=cancelled)
    assert time.monotonic() - stopped_at[0] < 1.0
    assert little.state("parted") == "partial"
    assert not [name for name in left_over(data_home) if "scratch" in name]
    parted.stalled.clear()
    assert (little.fetch("parted") / "model.bin").read_bytes() == WHOLE


def test_waiting_for_another_process_can_be_cancelled(little: Store, parted: Any, catalogue: Path) -> None:
    parted.stalled.add(wheel_file(1))
    process = child("store.fetch('parted')", catalogue)
    until(lambda: parted.fetched[wheel_file(1)])
    started = time.monotonic()
    with pytest.raises(Cancelled):
        little.fetch("parted", cancelled=lambda: time.monotonic() - started > 0.3)
    assert time.monotonic() - started < 2.0
    process.kill()
    process.communicate()


def test_one_package_serves_several_sets(index: Any, catalogue: Path, data_home: Path) -> None:
    pin = "zoo==2.0"
    size = index.add(pin, {"zoo/cat.bin": b"cat", "zoo/dog.bin": b"dog"})
    for name in ("cat", "dog"):
        wheel = {"pin": pin, "bytes": size, "members": {f"{name}.bin": f"zoo/{name}.bin"}}
        declare(catalogue, name, {f"{name}.bin": name.encode()}, wheels=[wheel])
    store = Store()
    store.add_catalogue(catalogue)
    store.fetch("cat", also=["dog"])
    assert store.state("dog") == "partial", "its parts wait; it was not asked for yet"
    assert (store.fetch("dog") / "dog.bin").read_bytes() == b"dog"
    assert index.downloads() == {"zoo-2.0-py3-none-any.whl": 1}


def test_an_installed_package_is_read_and_not_imported(
    little: Store, parted: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    (site / "parted_part2" / "data").mkdir(parents=True)
    (site / "parted_part2" / "__init__.py").write_text("raise SystemExit('imported')")
    (site / "parted_part2" / "data" / "2.bin").write_bytes(PARTS[1])
    (site / "parted_part2-1.0.dist-info").mkdir()
    (site / "parted_part2-1.0.dist-info" / "METADATA").write_text("Name: parted-part2\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(str(site))
    assert (little.fetch("parted") / "model.bin").read_bytes() == WHOLE
    assert "parted_part2-1.0-py3-none-any.whl" not in parted.downloads()
    assert "parted_part2" not in sys.modules


# --- the disk ---------------------------------------------------------------------------------------------------------


def test_too_little_room_is_said_before_anything_is_fetched(
    little: Store, parted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    with pytest.raises(WeightsError, match=r"no room.*64 MB are needed.*1 MB are free"):
        little.fetch("parted")
    assert not parted.fetched


def test_a_disk_that_fills_up_is_given_back(little: Store, data_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("intermodal.tools.wheels.Assembly._note", full)  # after the first part was written
    with pytest.raises(WeightsError, match="the disk is full"):
        little.fetch("parted")
    assert left_over(data_home) == [] and little.state("parted") == "missing"


def test_a_place_that_cannot_be_written_is_named(
    catalogue: Path, little: Store, tmp_path: Path, data_home: Path
) -> None:
    tmp_path.joinpath("taken").write_text("a file where the folder should be")
    store = Store(tmp_path / "taken" / "weights")
    store.add_catalogue(catalogue)
    with pytest.raises(WeightsError, match=r"can't be kept in .*taken.*INTERMODAL_HOME"):
        store.fetch("parted")


# --- what lies here ---------------------------------------------------------------------------------------------------


@pytest.fixture
def by_hand(little: Store, data_home: Path) -> Path:
    """The right files, put in place by hand."""
    folder = data_home / "weights" / "parted"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(WHOLE)
    (folder / "config.json").write_bytes(b"{}")
    return folder


def test_files_put_there_by_hand_are_hashed_once(little: Store, by_hand: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert little.state("parted") == "ready"
    monkeypatch.setattr("intermodal.tools.stamps.sha256", lambda *_: pytest.fail("hashed again"))
    assert Store.fetch(little, "parted") == by_hand


def test_verify_finds_what_the_stamp_hides(little: Store, by_hand: Path) -> None:
    assert little.verify("parted") == by_hand
    model = by_hand / "model.bin"
    times = model.stat().st_mtime_ns
    model.write_bytes(b"x" + WHOLE[1:])
    os.utime(model, ns=(times, times))
    assert little.state("parted") == "ready", "size and time are unchanged"
    with pytest.raises(WeightsError, match=r"'model\.bin' did not have the published digest"):
        little.verify("parted")
    assert not model.exists() and little.state("parted") == "partial"
    assert (little.fetch("parted") / "model.bin").read_bytes() == WHOLE


def test_a_changed_file_is_noticed_and_replaced(little: Store, by_hand: Path, parted: Any) -> None:
    (by_hand / "config.json").write_bytes(b"[]")
    assert little.state("parted") == "partial"
    with pytest.raises(WeightsError, match="models pull parted"):
        little.path("parted")
    little.fetch("parted")
    assert (by_hand / "config.json").read_bytes() == b"{}"
    assert list(parted.downloads()) == ["parted_part1-1.0-py3-none-any.whl"], "only what carries the file"


def test_remove_frees_everything(little: Store, by_hand: Path, data_home: Path) -> None:
    assert little.remove("parted") == len(WHOLE) + 2
    assert little.state("parted") == "missing" and not by_hand.exists()
    assert little.remove("parted") == 0


# --- the user's own path ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["environment", "settings"])
def test_the_users_own_path_comes_first(
    how: str, by_hand: Path, parted: Any, catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = by_hand.rename(tmp_path / "mine")
    if how == "environment":
        monkeypatch.setenv("INTERMODAL_WEIGHTS_PARTED", str(mine))
    else:
        settings = tmp_path / "home" / "config.toml"
        settings.parent.mkdir(exist_ok=True)
        settings.write_text(f"[weights]\nparted = {json.dumps(str(mine))}\n", encoding="utf-8")
    store = Store()
    store.add_catalogue(catalogue)
    assert store.fetch("parted") == store.path("parted") == mine
    assert store.listing()[-1]["state"] == "ready" and not parted.fetched
    with pytest.raises(WeightsError, match="yours"):
        store.remove("parted")
    (mine / "model.bin").write_bytes(b"y" * len(WHOLE))
    for call in (store.fetch, store.verify):
        with pytest.raises(WeightsError, match=r"'model\.bin' there is not the published file"):
            call("parted")
    (mine / "config.json").unlink()
    (mine / "model.bin").write_bytes(WHOLE)
    with pytest.raises(WeightsError, match=r"'config\.json' is not there"):
        store.fetch("parted")
    assert (mine / "model.bin").exists(), "the user's files are never removed"


# --- the hub ----------------------------------------------------------------------------------------------------------

REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def hubbed(hub: Any, index: Any, catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The set "hubbed": on the hub, and in a package as well."""
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    hub.headers["X-Repo-Commit"] = REVISION
    hub.files[f"/owner/repo/resolve/{REVISION}/deep/model.bin"] = WHOLE
    wheel = {
        "pin": "hubbed==1",
        "bytes": index.add("hubbed==1", {"h/m.bin": WHOLE}),
        "members": {"model.bin": "h/m.bin"},
    }
    declare(catalogue, "hubbed", {"model.bin": WHOLE}, hub={"repo": "owner/repo", "revision": REVISION}, wheels=[wheel])
    text = catalogue.read_text(encoding="utf-8").replace(
        'name = "model.bin",', 'name = "model.bin", hub = "deep/model.bin",'
    )
    catalogue.write_text(text, encoding="utf-8")
    store = Store()
    store.add_catalogue(catalogue)
    yield store


def test_the_hub_is_asked_before_the_index(hubbed: Store, hub: Any, index: Any, data_home: Path) -> None:
    seen: list[tuple[float, float | None, str]] = []
    folder = hubbed.fetch("hubbed", report=lambda *step: seen.append(step))
    assert (folder / "model.bin").read_bytes() == WHOLE
    assert seen[-1] == (len(WHOLE), len(WHOLE), "B")
    assert not index.fetched and left_over(data_home) == []


def test_what_the_hub_gives_wrong_is_refused_and_the_index_asked(hubbed: Store, hub: Any, index: Any) -> None:
    hub.files[f"/owner/repo/resolve/{REVISION}/deep/model.bin"] = WHOLE[::-1]
    assert (hubbed.fetch("hubbed") / "model.bin").read_bytes() == WHOLE
    assert index.downloads()


def test_every_source_is_named_when_none_has_it(hubbed: Store, hub: Any, index: Any, data_home: Path) -> None:
    hub.files.clear()
    index.files.clear()
    with pytest.raises(
        WeightsError, match=r"the hub failed \(.*Not Found.*; the package index has no package hubbed==1"
    ):
        hubbed.fetch("hubbed")


def test_a_silent_hub_costs_little(hubbed: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never says a word
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        started = time.monotonic()
        totals: set[float | None] = set()
        assert hubbed.fetch("hubbed", report=lambda done, total, unit: totals.add(total))
        assert time.monotonic() - started < 15, "two seconds for the hub; the rest is starting Python twice"
        assert len(totals) == 1, "what is told is the size of what comes, and not that of what was asked for in vain"


def test_an_offline_hub_is_not_asked(hubbed: Store, hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert hubbed.fetch("hubbed")
    assert not hub.fetched


def test_a_broken_hub_download_goes_on_where_it_was(hubbed: Store, hub: Any, tmp_path: Path, data_home: Path) -> None:
    big, path = bytes(30_000_000), f"/owner/repo/resolve/{REVISION}/big.bin"  # the hub's client writes 10 MB at a time
    hub.files[path] = big
    hub.stalled.add(path)
    declare(tmp_path / "big.toml", "big", {"big.bin": big}, hub={"repo": "owner/repo", "revision": REVISION})
    hubbed.add_catalogue(tmp_path / "big.toml")
    seen: list[float] = []
    with pytest.raises(Cancelled):
        hubbed.fetch("big", lambda done, total, unit: seen.append(done), lambda: bool(seen) and seen[-1] > 1e6)
    assert hubbed.state("big") == "partial"
    hub.stalled.clear()
    assert (hubbed.fetch("big") / "big.bin").read_bytes() == big
    [(resumed, at)] = hub.resumed
    assert resumed == path and 1e6 < at < len(big), "how much was written before the end is a matter of moments"


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks for the process in /proc")
def test_no_download_outlives_a_killed_process(hubbed: Store, hub: Any, catalogue: Path, data_home: Path) -> None:
    def running() -> bool:
        return any(str(data_home) in command_line(place) for place in Path("/proc").glob("[0-9]*/cmdline"))

    path = f"/owner/repo/resolve/{REVISION}/deep/model.bin"
    hub.stalled.add(path)
    process = child("store.fetch('hubbed')", catalogue)
    until(lambda: hub.fetched[path])
    assert running()
    process.kill()
    process.communicate()
    until(lambda: not running(), seconds=5)


def command_line(place: Path) -> str:
    try:
        return place.read_bytes().decode(errors="replace")
    except OSError:
        return ""  # it has just ended


# --- the real thing ---------------------------------------------------------------------------------------------------


@pytest.mark.embedded
@pytest.mark.slow
def test_a_real_set_is_fetched_from_the_index(tmp_path: Path) -> None:
    store = Store(tmp_path / "weights")
    seen: list[float] = []
    folder = store.fetch("movenet-lightning", report=lambda done, total, unit: seen.append(done))
    assert sorted(path.name for path in folder.iterdir()) == ["movenet_lightning.tflite"]
    assert store.verify("movenet-lightning") == folder
    assert seen == sorted(seen)
