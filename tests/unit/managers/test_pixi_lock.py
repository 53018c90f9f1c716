from envkb.managers.pixi_lock import with_addresses

LOCK = """\
packages:
- conda: {local}
  channel: https://conda.example/lab
- conda: https://conda.example/lab/linux-64/core-1.0-0.conda
  depends:
  - python
"""


def test_packages_of_a_channel_on_this_disk_get_an_address() -> None:
    text = LOCK.format(local="/srv/lab/linux-64/demo-1.0-0.conda")
    assert with_addresses(text) == LOCK.format(local="file:///srv/lab/linux-64/demo-1.0-0.conda")


def test_what_has_an_address_keeps_it() -> None:
    text = LOCK.format(local="file:///srv/lab/linux-64/demo-1.0-0.conda")
    assert with_addresses(text) == text
