#!/usr/bin/env bash
# Installs what building and testing need and the machine lacks: a JDK, a C compiler, zlib headers; Rust if there is no cargo.
# Debian and Ubuntu. Does nothing, quickly, where everything is there.
set -euo pipefail

say() { printf 'setup: %s\n' "$*" >&2; }

missing=()
command -v javac >/dev/null && command -v jar >/dev/null || [ -x "${JAVA_HOME:-/nonexistent}/bin/javac" ] || missing+=(default-jdk-headless)
command -v cc >/dev/null || missing+=(gcc libc6-dev)
printf '#include <zlib.h>\n' | { command -v cc >/dev/null && cc -E - >/dev/null 2>&1; } || missing+=(zlib1g-dev)
command -v cargo >/dev/null || [ -x "$HOME/.cargo/bin/cargo" ] || command -v curl >/dev/null || missing+=(curl ca-certificates)

if [ ${#missing[@]} -gt 0 ]; then
    say "installing ${missing[*]}"
    command -v apt-get >/dev/null || { say "there is no apt-get here: install ${missing[*]} (or their like) and run this again"; exit 3; }
    sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { say "run as root, or install sudo: apt-get install ${missing[*]}"; exit 3; }
        sudo=(sudo)
    fi
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! command -v cargo >/dev/null && [ ! -x "$HOME/.cargo/bin/cargo" ]; then
    say "installing Rust with rustup"
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal --component rustfmt --component clippy
fi
