#!/usr/bin/env bash
# Packs a release: pack.sh BINARY TARGET FOLDER makes FOLDER/portconv-TARGET.tar.gz and its .sha256.
# The binary must run here: it writes its own man pages and completions.
set -euo pipefail
binary=$1 target=$2 folder=$3
name=portconv-$target
root=$(cd "$(dirname "$0")/.." && pwd)

mkdir -p "$folder/$name/man" "$folder/$name/completions"
cp "$binary" "$root"/{README,CHANGELOG}.md "$root"/LICENSE-* "$folder/$name/"
"$binary" man > "$folder/$name/man/portconv.1"
for subcommand in lookup diff facts explain; do
    "$binary" man "$subcommand" > "$folder/$name/man/portconv-$subcommand.1"
done
for shell in bash zsh fish powershell; do
    "$binary" completions "$shell" > "$folder/$name/completions/portconv.$shell"
done
cd "$folder"
tar -czf "$name.tar.gz" "$name"
rm -r "$name"
if command -v sha256sum > /dev/null; then sha256sum "$name.tar.gz"; else shasum -a 256 "$name.tar.gz"; fi |
    tr -d '*' > "$name.tar.gz.sha256"
