# What the scripts share: finding or installing tools, and counting steps. Sourced, not run.

set -u -o pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

CARGO_DENY_VERSION=0.20.2
SCHEMATHESIS_VERSION=4.32.5
AIOSMTPD_VERSION=1.4.6
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/belowline"
VENV="$CACHE/python-$SCHEMATHESIS_VERSION-$AIOSMTPD_VERSION"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}" PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
[ -d "$HOME/.cargo/bin" ] && export PATH="$HOME/.cargo/bin:$PATH"
if [ "${CI:-}" = true ]; then
  export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$CACHE/target}" CARGO_INCREMENTAL=0
fi
TARGET="${CARGO_TARGET_DIR:-target}"
BINARY="$(realpath -m "$TARGET/debug/belowline")"

passed=0 failed=0 unchecked=()
failures=()

# step NAME COMMAND…: one step with its heading, its time and its place in the sum.
step() {
  local name="$1" began=$SECONDS
  shift
  printf '\n=== %s\n' "$name"
  if "$@"; then
    passed=$((passed + 1))
    printf -- '--- passed: %s (%d s)\n' "$name" $((SECONDS - began))
  else
    failed=$((failed + 1))
    failures+=("$name")
    printf -- '--- FAILED: %s (%d s)\n' "$name" $((SECONDS - began))
  fi
}

# Adds the tests that a step counted itself, so that the sum is of tests, not of steps.
count_in() {
  passed=$((passed + $1))
  failed=$((failed + $2))
}

# finish: the sum; its last line is what machines read.
finish() {
  printf '\n=== Summary (%d min %d s)\n' $((SECONDS / 60)) $((SECONDS % 60))
  local name
  for name in "${unchecked[@]+"${unchecked[@]}"}"; do printf 'not checked: %s\n' "$name"; done
  for name in "${failures[@]+"${failures[@]}"}"; do printf 'failed: %s\n' "$name"; done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}

has() { command -v "$1" > /dev/null 2>&1; }

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || has initdb; }

# packages NAME…: installs Debian packages, or says which command would.
packages() {
  if [ "$(id -u)" -ne 0 ] || ! has apt-get; then
    echo "missing; install with: sudo apt-get install $*"
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq < /dev/null &&
    apt-get install -y -qq --no-install-recommends "$@" < /dev/null > /dev/null
}

need_tools() {
  local wanted=()
  has_postgres || wanted+=(postgresql)
  has chromium || wanted+=(chromium fonts-dejavu-core)
  has node && has npm || wanted+=(nodejs npm)
  has python3 && python3 -c 'import ensurepip' 2> /dev/null || wanted+=(python3 python3-venv)
  has cc || wanted+=(build-essential)
  [ ${#wanted[@]} -eq 0 ] || packages "${wanted[@]}" || return 1
  has cargo || { echo "missing: Rust, see rust-version in Cargo.toml; install it with rustup"; return 1; }
  local part
  for part in fmt clippy; do
    has "cargo-$part" || rustup component add "$([ $part = fmt ] && echo rustfmt || echo clippy)" || return 1
  done
  has_postgres && has chromium && has node && has npm && has python3 ||
    { echo "a package did not bring what it is named for"; return 1; }
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || { echo "Node 20 or later is needed"; return 1; }
}

# need_node_packages FOLDER: what the tests of a folder that are written for Node need.
need_node_packages() (
  cd "tests/$1" && npm ci --no-audit --no-fund --ignore-scripts < /dev/null
)

# What Python's checks need besides Python: something that makes up requests, and a mail server.
need_python_packages() {
  [ -e "$VENV/complete" ] && return 0
  mkdir -p "$CACHE" && rm -rf "$VENV" && python3 -m venv "$VENV" &&
    "$VENV/bin/pip" install --quiet "schemathesis==$SCHEMATHESIS_VERSION" "aiosmtpd==$AIOSMTPD_VERSION" < /dev/null &&
    touch "$VENV/complete"
}

need_cargo_deny() {
  [ "$(cargo deny --version 2> /dev/null)" = "cargo-deny $CARGO_DENY_VERSION" ] && return 0
  cargo install --locked --quiet cargo-deny --version "$CARGO_DENY_VERSION" \
    --target-dir "$CACHE/cargo-deny-target" < /dev/null && rm -rf "$CACHE/cargo-deny-target"
}

# blackbox SCRIPT ENGINE ARGUMENT…: one check from outside, on one engine.
blackbox() {
  local script="$1" engine="$2"
  shift 2
  "${PYTHON:-python3}" "tests/blackbox/$script" --binary "$BINARY" --database "$engine" "$@" < /dev/null
}

# quietly COMMAND…: shows what was said only when it went wrong.
quietly() {
  local log
  log="$(mktemp)"
  if "$@" > "$log" 2>&1; then
    tail -n 4 "$log"
    rm -f "$log"
  else
    tail -n 400 "$log"
    rm -f "$log"
    return 1
  fi
}
