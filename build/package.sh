#!/usr/bin/env bash
# Makes what is handed out, in artifacts/: the .NET tool, an archive per platform, Debian packages, the bill of materials, checksums.
# The version is that of the git tag (v1.2.3). The same commit gives the same bytes wherever it is built.
#   build/package.sh [RID...]        default: linux-x64 linux-arm64 win-x64 osx-arm64
set -euo pipefail
cd "$(dirname "$0")/.."

rids=("$@")
[ ${#rids[@]} -gt 0 ] || rids=(linux-x64 linux-arm64 win-x64 osx-arm64)
out=$PWD/artifacts
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
# No path of this machine goes into an assembly.
deterministic=(-p:ContinuousIntegrationBuild=true -p:DeterministicSourcePaths=true)

rm -rf "$out"
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet pack src/Host -c Release -o "$out" -v q --nologo "${deterministic[@]}"
version=$(basename "$out"/RealtimeAkka.*.nupkg .nupkg)
version=${version#RealtimeAkka.}

archive() { # FOLDER NAME
  if [[ $2 == *win* ]]; then
    python3 - "$work/$1" "$out/$2.zip" "$2" <<'PY'
import os, sys, time, zipfile
source, target, name = sys.argv[1:]
moment = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6]
with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
    for folder, folders, files in os.walk(source):
        folders.sort()
        for file in sorted(files):
            path = os.path.join(folder, file)
            entry = zipfile.ZipInfo(f"{name}/{os.path.relpath(path, source)}", moment)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with open(path, "rb") as content: archive.writestr(entry, content.read())
PY
  else
    tar -C "$work" --transform "s|^$1|$2|" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$1" |
      gzip -n9 >"$out/$2.tar.gz"
  fi
}

debian() { # FOLDER ARCHITECTURE
  local root=$work/deb-$2
  mkdir -p "$root/DEBIAN" "$root/usr/lib" "$root/usr/bin" "$root/usr/share/doc/realtime-akka"
  cp -r "$work/$1" "$root/usr/lib/realtime-akka"
  ln -s ../lib/realtime-akka/realtime-akka "$root/usr/bin/realtime-akka"
  cp LICENSE "$root/usr/share/doc/realtime-akka/copyright"
  gzip -n9c CHANGELOG.md >"$root/usr/share/doc/realtime-akka/changelog.gz"
  cat >"$root/DEBIAN/control" <<CONTROL
Package: realtime-akka
Version: ${version/-/\~}
Architecture: $2
Maintainer: RealtimeAkka contributors <noreply@localhost>
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: libc6, libgcc-s1, libstdc++6, ca-certificates
Recommends: libportaudio2
Section: sound
Priority: optional
Description: Voice agents on the OpenAI Realtime API
 Streams a caller's voice to the model and plays the reply; asks the same model
 beside the conversation for a verbatim transcript of every turn, compares it
 with the built-in one, and counts the cost of both.
CONTROL
  find "$root" -type d -exec chmod 755 {} +
  find "$root" -type f -exec chmod 644 {} +
  chmod 755 "$root/usr/lib/realtime-akka/realtime-akka"
  find "$root" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group --build "$root" "$out/realtime-akka_${version/-/\~}_$2.deb" >/dev/null
}

for rid in "${rids[@]}"; do
  dotnet publish src/Host -c Release -r "$rid" --self-contained -o "$work/$rid" -v q --nologo "${deterministic[@]}" \
    -p:PublishSingleFile=true -p:DebugType=none -p:PublishDocumentationFiles=false
  cp LICENSE "$work/$rid/"
  archive "$rid" "realtime-akka-$version-$rid"
  case $rid in
    linux-x64) command -v dpkg-deb >/dev/null && debian "$rid" amd64 ;;
    linux-arm64) command -v dpkg-deb >/dev/null && debian "$rid" arm64 ;;
  esac
done

dotnet tool restore >/dev/null
dotnet tool run dotnet-CycloneDX src/Host/RealtimeAkka.Host.csproj -o "$out" -fn realtime-akka.cdx.json -F Json --set-version "$version" >/dev/null
# Its number is random and its time that of the build: with neither the same commit gives the same bill.
python3 - "$out/realtime-akka.cdx.json" <<'PY'
import datetime, json, os, sys
with open(sys.argv[1], encoding="utf-8-sig") as file: bill = json.load(file)
bill.pop("serialNumber", None)
moment = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
bill["metadata"]["timestamp"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
with open(sys.argv[1], "w", encoding="utf-8") as file: json.dump(bill, file, indent=2, ensure_ascii=False)
PY

(cd "$out" && sha256sum -- * >SHA256SUMS)
cat "$out/SHA256SUMS"
