from envkb.capture.probes import cpu_mitigations
from host_probing import BIG_LITTLE_LSCPU, absent, seen

FOLDER = "/sys/devices/system/cpu/vulnerabilities/"


def test_the_kernels_own_words_win_over_lscpus_copy() -> None:
    texts = {
        "lscpu": "Vulnerability Meltdown: Mitigation; PTI\nVulnerability Mds: Not affected\n",
        FOLDER + "meltdown": "Mitigation: PTI\n",
    }

    fact = seen(texts, cpu_mitigations.probe).facts["mitigation", "meltdown"]

    assert (fact.value, fact.source) == ("Mitigation: PTI", FOLDER + "meltdown")


def test_lscpu_alone_tells_the_same_in_the_same_words() -> None:
    told = seen({"lscpu": BIG_LITTLE_LSCPU}, cpu_mitigations.probe).values("mitigation")

    assert told == {
        "meltdown": "Not affected",
        "spec_store_bypass": "Vulnerable",
        "spectre_v1": "Mitigation: __user pointer sanitization",
        "vulnerable": 1,
        "vulnerable_to": ["spec_store_bypass"],
    }


def test_a_vulnerability_of_tomorrow_is_told_with_the_others() -> None:
    told = seen({FOLDER + "next_big_thing": "Vulnerable: no microcode\n"}, cpu_mitigations.probe)

    assert told.value("mitigation", "others") == ["next_big_thing: Vulnerable: no microcode"]
    assert told.value("mitigation", "vulnerable") == 1


def test_a_system_without_the_list_says_so_once() -> None:
    told = seen({}, cpu_mitigations.probe, broken=absent("lscpu"))

    assert list(told.facts) == [("mitigation", "vulnerable")]
    assert told.why("mitigation", "vulnerable") == ("absent", "there is no lscpu")
