#!/usr/bin/env bash
# Puts the binary of a release into the folder INTO, checked against its checksum.
# Exits with 3 if there is no release for this ref and machine, so that the action builds instead.
# URL is the address of the releases, without the ref.
set -euo pipefail
case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) target=x86_64-unknown-linux-musl ;;
    Linux-aarch64) target=aarch64-unknown-linux-musl ;;
    Darwin-x86_64) target=x86_64-apple-darwin ;;
    Darwin-arm64) target=aarch64-apple-darwin ;;
    MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc ;;
    *) exit 3 ;;
esac
name=portconv-$target
mkdir -p "$INTO"
cd "$INTO"
# A network that fails is an error; a release that is not there is not.
fetch() {
    curl --silent --show-error --location --retry 3 --output "$1" --write-out '%{http_code}' "$URL/$REF/$1"
}
case $(fetch "$name.tar.gz") in
    200) ;;
    404) exit 3 ;;
    *) echo "cannot fetch $URL/$REF/$name.tar.gz" >&2; exit 1 ;;
esac
[ "$(fetch "$name.tar.gz.sha256")" = 200 ] || { echo "the release has no checksum of $name.tar.gz" >&2; exit 1; }
if command -v sha256sum > /dev/null; then sha256sum --check "$name.tar.gz.sha256"; else shasum -a 256 --check "$name.tar.gz.sha256"; fi
tar -xzf "$name.tar.gz"
mv "$name"/portconv* .
