"""`lscpu`, `/proc/cpuinfo` and `sysctl` in the shapes that machines print them."""

from envkb.capture.probes.cpu_cpuinfo import parse_cpuinfo
from envkb.capture.probes.cpu_lscpu import parse_lscpu
from envkb.capture.probes.cpu_sysctl import read_sysctl
from envkb.capture.probes.cpu_texts import CpuTexts
from envkb.capture.snapshot import Snapshot
from host_probing import BIG_LITTLE_LSCPU, RASPBERRY_PI_5_CPUINFO, x86_cpuinfo


def test_a_terminal_that_wrapped_the_flags_does_not_split_one() -> None:
    text = (
        "Architecture:                    x86_64\n"
        "Flags:                           fpu vme sysc\n"
        "                                 all nx\n"
        "                                  lm\n"
        "BogoMIPS:                        4599.99\n"
    )

    lscpu = parse_lscpu(text)

    assert lscpu.field("Flags") == "fpu vme syscall nx lm"
    assert lscpu.field("BogoMIPS") == "4599.99"


def test_headings_of_the_indented_form_become_the_flat_forms_labels() -> None:
    lscpu = parse_lscpu(BIG_LITTLE_LSCPU)

    assert lscpu.field("L1d cache") == "384 KiB (8 instances)"
    assert lscpu.starting("Vulnerability ")["Meltdown"] == "Not affected"


def test_each_kind_of_core_is_described_on_its_own() -> None:
    lscpu = parse_lscpu(BIG_LITTLE_LSCPU)

    assert lscpu.every("Model name") == ("Cortex-A55", "Cortex-A76")
    assert [kind["Core(s) per socket"] for kind in lscpu.kinds] == ["4", "2"]


def test_a_quoted_lscpu_is_read_like_any_other() -> None:
    plain = parse_lscpu(BIG_LITTLE_LSCPU)

    for margin in ("    ", "> "):
        quoted = "$ lscpu\n" + "".join(f"{margin}{line}\n" for line in BIG_LITTLE_LSCPU.splitlines())
        assert parse_lscpu(quoted).kinds == plain.kinds


def test_a_dash_and_an_empty_value_are_no_values() -> None:
    lscpu = parse_lscpu("Model name:  -\nSocket(s):   -\nNUMA node1 CPU(s):   \n")

    assert not lscpu.fields


def test_commands_and_tables_pasted_around_lscpu_do_no_harm() -> None:
    lscpu = parse_lscpu("$ lscpu | grep name\nModel name:   Ryzen\n\n# CPU,Core\n0,0\n$ uname -a\nLinux host 6.1\n")

    assert lscpu.field("Model name") == "Ryzen"


def test_blocks_of_cpus_are_kept_apart_with_and_without_blank_lines() -> None:
    text = x86_cpuinfo(cores=4)

    for spelled in (text, text.replace("\n\n", "\n")):
        cpuinfo = parse_cpuinfo(spelled)
        assert len(cpuinfo.processors) == 4
        assert len(cpuinfo.cores()) == 4
        assert len(cpuinfo.sockets()) == 1


def test_the_boards_fields_are_not_the_last_cpus() -> None:
    cpuinfo = parse_cpuinfo(RASPBERRY_PI_5_CPUINFO.replace("\n\n", "\n"))

    assert cpuinfo.machine["Revision"] == "d04170"
    assert "Revision" not in cpuinfo.processors[-1]
    assert cpuinfo.field("Model") == "Raspberry Pi 5 Model B Rev 1.0"


def test_the_old_header_of_arm_kernels_is_about_the_machine() -> None:
    cpuinfo = parse_cpuinfo("Processor\t: ARMv7 Processor rev 0 (v7l)\nprocessor\t: 0\nBogoMIPS\t: 38.40\n")

    assert len(cpuinfo.processors) == 1
    assert cpuinfo.field("Processor") == "ARMv7 Processor rev 0 (v7l)"


def test_a_mainframe_lists_its_cpus_by_another_name() -> None:
    text = "vendor_id  : IBM/S390\n# processors : 2\nprocessor 0: version = 00, machine = 3931\n\n" + "".join(
        f"cpu number : {number}\nphysical id : 1\ncore id : 0\nbook id : 0\ndrawer id : 0\n\n" for number in range(2)
    )

    cpuinfo = parse_cpuinfo(text)

    assert len(cpuinfo.processors) == 2
    assert len(cpuinfo.cores()) == 1


def test_performance_levels_of_a_mac_are_the_fastest_first() -> None:
    text = "hw.perflevel1.physicalcpu: 6\nhw.perflevel0.physicalcpu: 4\nhw.perflevel0.name: Performance\n"

    levels = read_sysctl(Snapshot.of({"sysctl hw": text})).levels()

    assert [level["physicalcpu"] for level in levels] == [4, 6]


def test_an_architecture_is_inferred_only_from_what_leaves_no_doubt() -> None:
    def inferred(**texts: str) -> tuple[str, str] | None:
        return CpuTexts.of(Snapshot.of({name.replace("_", "/"): text for name, text in texts.items()})).architecture()

    assert inferred(_proc_cpuinfo=x86_cpuinfo()) == ("x86_64", "/proc/cpuinfo")
    assert inferred(_proc_cpuinfo=RASPBERRY_PI_5_CPUINFO) == ("aarch64", "/proc/cpuinfo")
    assert inferred(_proc_cpuinfo="processor : 0\nisa : rv64imafdc\n") is None
    assert inferred() is None
