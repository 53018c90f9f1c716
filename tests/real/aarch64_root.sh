#!/bin/sh
# Unpacks Debian's Python for arm64 into a folder, for tests/real/test_aarch64.py. Needs Debian's apt-get and dpkg and
# its configured sources; changes nothing of the system, since lists, cache and status are its own.
#
#   sh tests/real/aarch64_root.sh [FOLDER]      default: $KB_AARCH64_ROOT, else .kb/aarch64-root
set -eu

root=${1:-${KB_AARCH64_ROOT:-.kb/aarch64-root}}
python=${KB_AARCH64_PYTHON:-python3.11}
mkdir -p "$root"
root=$(cd "$root" && pwd)
own=$root.apt
mkdir -p "$own/lists/partial" "$own/archives/partial" "$own/debs"
: >"$own/status"

apt() {
    apt-get -q -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User="$(id -un)" \
        -o Dir::State::lists="$own/lists" -o Dir::State::status="$own/status" -o Dir::Cache="$own" \
        -o Dir::Cache::archives="$own/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        -o Debug::NoLocking=1 "$@"
}

apt update
packages="$python $python-minimal lib$python-minimal lib$python-stdlib libc6 libgcc-s1 zlib1g libexpat1 libffi8 libssl3
    libbz2-1.0 liblzma5 libuuid1 libcrypt1"
(cd "$own/debs" && for package in $packages; do apt download "$package"; done)
for deb in "$own"/debs/*.deb; do dpkg -x "$deb" "$root"; done
rm -rf "$own"
echo "$root/usr/bin/$python"
