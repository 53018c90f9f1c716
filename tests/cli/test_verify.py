"""`kb verify`: each layer passes, fails or is absent, and says why."""

import json
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import jsonschema
import pytest

from envkb.cli import main
from envkb.document.canonical import encode
from envkb.document.codec import encode_record
from envkb.document.identity import digest_of, record_id
from envkb.knowledge.bundle import write_bundle
from envkb.knowledge.folder import KnowledgeBase, Stored
from envkb.proof.verification.alone import judge_data
from envkb.proof.verification.verify import verify_record
from experiments import interleaved_run, store
from factory import make_attachment, make_bytes, make_link, make_retraction

Run = Callable[..., dict[str, Any]]
LOG = b"Resolved 12 packages in 3ms\n"


@pytest.fixture
def knowledge(base: Path) -> KnowledgeBase:
    return KnowledgeBase.open(base)


@pytest.fixture
def with_log(knowledge: KnowledgeBase) -> Stored:
    """A record with an attachment."""
    entry = make_attachment(LOG)
    return knowledge.add(make_bytes(attachments=(entry,)), {entry.sha256: LOG})


def layers(document: dict[str, Any], number: int = 0) -> dict[str, str]:
    return {layer["layer"]: layer["status"] for layer in document["records"][number]["layers"]}


def says(document: dict[str, Any], layer: str) -> str:
    return next(each["says"] for each in document["records"][0]["layers"] if each["layer"] == layer)


def test_what_was_not_touched_passes_and_what_is_not_there_is_absent(with_log: Stored, kb_json: Run) -> None:
    told = kb_json("verify", with_log.id)
    found = layers(told)
    for layer in ("bytes", "schema", "attachments", "links", "amendments", "secrets"):
        assert found[layer] == "PASS", layer
    for layer in ("claim", "log", "signatures", "witnesses"):
        assert found[layer] == "ABSENT", layer
    assert told["failed"] == 0
    jsonschema.validate(told, kb_json("schema", "verified")["json_schema"])


def test_a_changed_byte_fails_every_layer(with_log: Stored, knowledge: KnowledgeBase, kb_json: Run) -> None:
    path = knowledge.root / with_log.path
    path.write_bytes(path.read_bytes().replace(b"2.13.0", b"2.13.1", 1))
    told = kb_json("verify", with_log.id, code=4)
    assert "the file was changed" in says(told, "bytes")
    assert layers(told)["links"] == "FAIL"


def test_a_renamed_record_is_not_the_one_it_is_named(with_log: Stored, knowledge: KnowledgeBase, kb_json: Run) -> None:
    other = record_id("f" * 64, 2026)
    (knowledge.root / with_log.path).rename(knowledge.root / with_log.path.with_name(f"{other}.json"))
    assert with_log.id in says(kb_json("verify", other, code=4), "bytes")


def test_a_missing_attachment_is_absent_and_a_changed_one_fails(
    with_log: Stored, knowledge: KnowledgeBase, kb_json: Run
) -> None:
    path = knowledge.root / "kb/attachments" / digest_of(LOG)[:2] / digest_of(LOG)
    path.write_bytes(LOG.replace(b"12", b"13"))
    assert layers(kb_json("verify", with_log.id, code=4))["attachments"] == "FAIL"
    path.unlink()
    assert layers(kb_json("verify", with_log.id))["attachments"] == "ABSENT"


def test_a_secret_in_an_attachment_fails(knowledge: KnowledgeBase, kb_json: Run) -> None:
    log = b"token: ghp_" + b"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL3nR6" + b"\n"
    entry = make_attachment(log)
    stored = knowledge.add(make_bytes(attachments=(entry,)), {entry.sha256: log})
    assert "line 1" in says(kb_json("verify", stored.id, code=4), "secrets")


def test_an_amended_and_a_retracted_record_pass_with_a_note(knowledge: KnowledgeBase, kb_json: Run) -> None:
    first = make_bytes(1)
    second = make_bytes(2, links=(make_link("amends", first),))
    old, new = knowledge.add(first, {}), knowledge.add(second, {})
    told = kb_json("verify", old.id)
    assert layers(told)["amendments"] == "PASS"
    assert new.id in told["records"][0]["warnings"][0]
    knowledge.add(encode_record(make_retraction(second, 3)), {})
    assert "retracted" in kb_json("verify", new.id)["records"][0]["warnings"][0]


def test_a_link_to_what_is_not_here_is_absent_and_to_what_was_changed_fails(
    knowledge: KnowledgeBase, kb_json: Run
) -> None:
    first = make_bytes(1)
    target = knowledge.add(first, {})
    linking = knowledge.add(make_bytes(2, links=(make_link("reproduces", first),)), {})
    (knowledge.root / target.path).write_bytes(first.replace(b"2.13.0", b"2.13.1"))
    assert layers(kb_json("verify", linking.id, code=4))["links"] == "FAIL"
    (knowledge.root / target.path).unlink()
    assert layers(kb_json("verify", linking.id))["links"] == "ABSENT"


@pytest.fixture
def claim(knowledge: KnowledgeBase, kb_json: Run) -> dict[str, Any]:
    """A claim that rests on two records."""
    pair = [store(knowledge, record) for record in interleaved_run(0.8, noise=1e-4)]
    kept: dict[str, Any] = kb_json("compare", *pair, "--claim")["claim"]
    return kept


def test_a_claim_is_computed_again(claim: dict[str, Any], kb_json: Run) -> None:
    told = kb_json("verify", claim["id"])
    assert layers(told)["claim"] == "PASS"
    assert "2 records" in says(told, "claim")


def test_a_forged_number_in_a_claim_fails(claim: dict[str, Any], knowledge: KnowledgeBase, kb_json: Run) -> None:
    tree = json.loads((knowledge.root / claim["path"]).read_bytes())
    line = tree["claim"]["result"]["contrasts"][0]["measurements"][0]
    line["ratio"] *= 1 + 1e-6
    forged = knowledge.add(encode(tree), {})
    told = kb_json("verify", forged.id, code=4)
    assert layers(told)["bytes"] == "PASS"
    assert "/ratio" in says(told, "claim")


def test_a_claim_of_another_method_is_not_judged(claim: dict[str, Any], knowledge: KnowledgeBase, kb_json: Run) -> None:
    tree = json.loads((knowledge.root / claim["path"]).read_bytes())
    tree["claim"]["version"] = "99"
    assert layers(kb_json("verify", knowledge.add(encode(tree), {}).id))["claim"] == "ABSENT"


def test_a_claim_with_senseless_parameters_fails_without_an_accident(
    claim: dict[str, Any], knowledge: KnowledgeBase, kb_json: Run
) -> None:
    tree = json.loads((knowledge.root / claim["path"]).read_bytes())
    tree["claim"]["parameters"]["margin"] = -1.0
    assert layers(kb_json("verify", knowledge.add(encode(tree), {}).id, code=4))["claim"] == "FAIL"


def test_a_source_that_was_retracted_later_is_a_note(
    claim: dict[str, Any], knowledge: KnowledgeBase, kb_json: Run
) -> None:
    source = knowledge.read(claim["id"]).record.links[0].id
    knowledge.add(encode_record(make_retraction(knowledge.read(source).data, 9)), {})
    told = kb_json("verify", claim["id"])
    assert layers(told)["claim"] == "PASS"
    assert f"{source}, which it rests on, is retracted now" in told["records"][0]["warnings"]


def test_a_missing_source_of_a_claim_is_absent(claim: dict[str, Any], knowledge: KnowledgeBase, kb_json: Run) -> None:
    (knowledge.root / knowledge.read(knowledge.read(claim["id"]).record.links[0].id).path).unlink()
    assert layers(kb_json("verify", claim["id"]))["claim"] == "ABSENT"


def test_all_records_are_verified_and_each_failure_is_named(
    with_log: Stored, knowledge: KnowledgeBase, kb_json: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = knowledge.add(make_bytes(7), {})
    (knowledge.root / bad.path).write_bytes(b"{}\n")
    told = kb_json("verify", "--all", code=4)
    assert {record["id"]: record["failed"] for record in told["records"]} == {with_log.id: False, bad.id: True}
    assert main(["verify", "--all"]) == 4
    printed = capsys.readouterr()
    assert f"PASS  {with_log.id}\n" in printed.out
    assert f"FAIL  {bad.id}" in printed.out
    assert "2 records, 1 fail" in printed.err


def test_a_file_from_anywhere_stands_alone(with_log: Stored, knowledge: KnowledgeBase, kb_json: Run) -> None:
    data = (knowledge.root / with_log.path).read_bytes()
    outside = knowledge.root.parent / f"{with_log.id.lower()}.json"
    outside.write_bytes(data)
    told = kb_json("verify", str(outside))
    assert layers(told)["bytes"] == "PASS"
    assert layers(told)["attachments"] == layers(told)["links"] == "ABSENT"
    misnamed = knowledge.root.parent / f"{record_id('f' * 64, 2026)}.json"
    misnamed.write_bytes(data)
    assert layers(kb_json("verify", str(misnamed), code=4))["bytes"] == "FAIL"


def test_a_file_of_the_knowledge_base_has_all_its_layers(with_log: Stored, kb_json: Run) -> None:
    assert layers(kb_json("verify", str(with_log.path)))["attachments"] == "PASS"


def test_a_bundle_is_verified_record_by_record(with_log: Stored, knowledge: KnowledgeBase, kb_json: Run) -> None:
    data = (knowledge.root / with_log.path).read_bytes()
    bundle = knowledge.root.parent / "shared.kbz"
    write_bundle(bundle, {with_log.id: data, record_id("f" * 64, 2026): data}, {digest_of(LOG): LOG})
    told = kb_json("verify", str(bundle), code=4)
    assert [record["failed"] for record in told["records"]].count(True) == 1
    assert layers(told, [record["id"] for record in told["records"]].index(with_log.id))["attachments"] == "PASS"


def test_a_damaged_bundle_is_one_line(knowledge: KnowledgeBase, kb_json: Run) -> None:
    bundle = knowledge.root.parent / "shared.kbz"
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("../records/evil", b"")
    assert kb_json("verify", str(bundle), code=3)["error"]["message"]


@pytest.fixture
def served(with_log: Stored, knowledge: KnowledgeBase) -> str:
    """The address of a site that serves the record, and something else under another id."""
    data = (knowledge.root / with_log.path).read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path.startswith("/kb/records/") else 404)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/kb"


def test_the_address_of_a_page_is_verified_by_the_file_it_links_to(with_log: Stored, served: str, kb_json: Run) -> None:
    for tail in ("/", "/index.html", ".json", ""):
        assert layers(kb_json("verify", f"{served}/records/{with_log.id}{tail}"))["bytes"] == "PASS"
    other = record_id("f" * 64, 2026)
    assert layers(kb_json("verify", f"{served}/records/{other}/", code=4))["bytes"] == "FAIL"


def test_addresses_that_cannot_be_are_one_line(served: str, kb_json: Run) -> None:
    assert "no record" in kb_json("verify", f"{served}/risks/", code=2)["error"]["message"]
    assert kb_json("verify", f"ftp://kb.example/records/{record_id('f' * 64, 2026)}/", code=2)["error"]["hint"]
    assert kb_json("verify", f"{served[:-3]}/no/records/{record_id('f' * 64, 2026)}/", code=1)["error"]["hint"]


def test_nothing_or_everything_and_something_is_a_usage_error(with_log: Stored, kb_json: Run) -> None:
    assert "--all" in kb_json("verify", code=2)["error"]["hint"]
    assert "--all" in kb_json("verify", with_log.id, "--all", code=2)["error"]["hint"]
    assert "no record" in kb_json("verify", record_id("f" * 64, 2026), code=2)["error"]["message"]


def test_an_exhibit_brings_its_own_program_and_a_crate_is_verified(with_log: Stored, kb_json: Run) -> None:
    kb_json("exhibit", with_log.id, "-o", "exhibit.zip")
    assert "verify.py" in kb_json("verify", "exhibit.zip", code=2)["error"]["hint"]
    kb_json("export", "-o", "crate.zip")
    assert layers(kb_json("verify", "crate.zip"))["attachments"] == "PASS"


def test_no_flipped_bit_of_a_record_passes(knowledge: KnowledgeBase) -> None:
    stored = knowledge.add(make_bytes(), {})
    path = knowledge.root / stored.path
    data = path.read_bytes()
    for at in range(len(data)):
        for bit in range(8):
            flipped = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
            assert judge_data(flipped, str(path), stored.id, lambda _: None).sound is False, (at, bit)
    for at in range(0, len(data), 97):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert verify_record(knowledge, stored.id).failed, at
    path.write_bytes(data)
    assert not verify_record(knowledge, stored.id).failed


def test_no_part_of_a_record_passes(knowledge: KnowledgeBase) -> None:
    stored = knowledge.add(make_bytes(), {})
    data = (knowledge.root / stored.path).read_bytes()
    assert not any(judge_data(data[:end], "a", stored.id, lambda _: None).sound for end in range(len(data)))
