#!/usr/bin/env bash
# Third-party MCP servers with nothing of ours on their side, each loaded with the same orders, each giving the numbers that
# the embedded data give.
#
# usage: run.sh KAMSLIDES FOLDER [SERVER…]
#
# FOLDER receives the servers (Python and npm packages, installed once) and the runs. Servers: fastmcp motherduck toolbox
# chdb postgres; without any named, all. One that cannot be installed or started here is skipped: its reason is printed, and skips
# are counted. Numbers that differ fail. postgres is the MCP Toolbox over Debian's PostgreSQL, in a cluster of its own.
set -uo pipefail

kamslides=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
shift 2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fixture=$here/../../fixtures/pizzaplace.csv.gz
[ $# -gt 0 ] || set -- fastmcp motherduck toolbox chdb postgres
work=$folder/work
rm -rf "$work"
mkdir -p "$work"
cd "$work" || exit 1

passed=0 skipped=0 failed=0
child=
stop() { [ -z "$child" ] || { kill "$child" 2>/dev/null; wait "$child" 2>/dev/null; child=; }; }
trap "stop; stop_cluster" EXIT

# A free port of this machine.
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# A virtual environment with packages: venv NAME PACKAGE…
venv() {
    local name=$1
    shift
    [ -e "$folder/$name/installed" ] && return
    rm -rf "${folder:?}/$name"
    python3 -m venv "$folder/$name" && "$folder/$name/bin/pip" install -q "$@" && touch "$folder/$name/installed"
}

# Waits until something listens on a port, half a minute at most.
listening() {
    for _ in $(seq 150); do
        kill -0 "$child" 2>/dev/null || return 1
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
        sleep 0.2
    done
    return 1
}

install_fastmcp() { venv fastmcp fastmcp==4.1.2; }
load_fastmcp() { python3 "$here/load.py" sqlite orders.csv fastmcp.sqlite; }
serve_fastmcp() { exec "$folder/fastmcp/bin/python" "$here/sqlite_server.py" fastmcp.sqlite "$1"; }

install_motherduck() { venv motherduck mcp-server-motherduck==1.1.0; }
load_motherduck() { "$folder/motherduck/bin/python" "$here/load.py" duckdb orders.csv motherduck.duckdb; }
serve_motherduck() {
    exec "$folder/motherduck/bin/mcp-server-motherduck" --transport http --port "$1" --db-path motherduck.duckdb
}

install_toolbox() {
    [ -x "$folder/node_modules/.bin/toolbox" ] ||
        npm install --silent --no-audit --no-fund --prefix "$folder" @toolbox-sdk/server@1.12.0
}
# The program itself: the script in .bin starts it as a child, which would outlive it.
load_toolbox() {
    python3 "$here/load.py" sqlite orders.csv toolbox.sqlite && cp "$here/toolbox.yaml" .
}
serve_toolbox() { exec "$folder"/node_modules/@toolbox-sdk/server-*/bin/toolbox --config toolbox.yaml --address 127.0.0.1 --port "$1"; }

install_chdb() { venv chdb mcp-clickhouse==0.7.0 chdb==4.4.0; }
load_chdb() { "$folder/chdb/bin/python" "$here/load.py" chdb "$work/orders.csv" "$work/chdb"; }
serve_chdb() {
    export CLICKHOUSE_ENABLED=false CHDB_ENABLED=true CHDB_DATA_PATH="$work/chdb"
    export CLICKHOUSE_MCP_SERVER_TRANSPORT=http CLICKHOUSE_MCP_BIND_PORT=$1 CLICKHOUSE_MCP_AUTH_DISABLED=true
    exec "$folder/chdb/bin/mcp-clickhouse"
}

# PostgreSQL's programs, as a user who is not root: pg PROGRAM ARGUMENT…
pg() {
    local bin
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
    [ -n "$bin" ] || { echo "PostgreSQL is not there"; return 1; }
    if [ "$(id -u)" = 0 ]; then (cd / && setpriv --reuid postgres --regid postgres --clear-groups "$bin/$1" "${@:2}"); else "$bin/$1" "${@:2}"; fi
}
cluster=
stop_cluster() { [ -z "$cluster" ] || { pg pg_ctl -D "$cluster/data" -m immediate stop >/dev/null 2>&1; rm -rf "$cluster"; cluster=; }; }
install_postgres() { pg postgres --version && install_toolbox; }
load_postgres() {
    local at
    cluster=$(mktemp -d) && at=$(port) || return
    [ "$(id -u)" != 0 ] || chown postgres "$cluster"
    pg initdb -D "$cluster/data" -U postgres -A trust || return
    pg pg_ctl -D "$cluster/data" -l "$cluster/log" -w -o "-p $at -k $cluster -c listen_addresses=127.0.0.1" start || return
    sed "s/PORT/$at/" "$here/postgres.yaml" >postgres.yaml
    pg psql -h 127.0.0.1 -p "$at" -U postgres -v ON_ERROR_STOP=1 -c "CREATE TABLE orders (order_id text, date date,
        amount numeric(18, 4), currency text, merchant text, customer_id text, product_type text, user_type text,
        age_band text, gender text, card_type text)" || return
    pg psql -h 127.0.0.1 -p "$at" -U postgres -v ON_ERROR_STOP=1 -c "COPY orders FROM STDIN CSV HEADER" <orders.csv
}
serve_postgres() { exec "$folder"/node_modules/@toolbox-sdk/server-*/bin/toolbox --config postgres.yaml --address 127.0.0.1 --port "$1"; }

skip() {
    echo "skipped $1: $2"
    tail -n 3 "$1.log" | cut -c1-300
    skipped=$((skipped + 1))
}

# A deck of a merchant: deck OUT MERCHANT FROM TO [OPTION…]
deck() {
    env -i "$kamslides" generate --merchant "$2" --from "$3" --to "$4" --out "$1" "${@:5}" >>"$1.log" 2>&1
}

# The decks that every server must equal.
kamslides_said=$({
    "$kamslides" data demo --db demo.db
    "$kamslides" data import "$fixture" --db pizza.db --merchant pizzaplace --currency USD \
        --map id=order_id,date=date,type=product_type,price=amount
} 2>&1) || { echo "$kamslides_said"; exit 1; }
python3 "$here/orders.py" "$fixture" demo.db orders.csv || exit 1
deck embedded demo-fashion 2023-01-01 2025-06-30 --db demo.db || { cat embedded.log; exit 1; }
deck embedded pizzaplace 2015-01-01 2015-12-31 --db pizza.db || { cat embedded.log; exit 1; }

for server in "$@"; do
    started=$SECONDS
    "install_$server" >"$server.log" 2>&1 || { skip "$server" "it cannot be installed"; continue; }
    "load_$server" >>"$server.log" 2>&1 || { skip "$server" "its data cannot be loaded"; continue; }
    at=$(port)
    ("serve_$server" "$at") >>"$server.log" 2>&1 &
    child=$!
    listening "$at" || { stop; skip "$server" "it does not start"; continue; }
    ask=(--mcp-url "http://127.0.0.1:$at/mcp" --binding "$here/bindings/$server.toml")
    wrong=
    for run in "demo-fashion 2023-01-01 2025-06-30" "pizzaplace 2015-01-01 2015-12-31"; do
        read -r merchant from to <<<"$run"
        deck "$server-decks" "$merchant" "$from" "$to" "${ask[@]}" || { wrong=1; cat "$server-decks.log"; continue; }
        python3 "$here/compare.py" embedded/"$merchant"_* "$server-decks/$merchant"_* || wrong=1
    done
    # A hostile name is data: nobody's, and the table is still there.
    deck "$server-decks" "x'; DROP TABLE orders;--" 2015-01-01 2015-12-31 "${ask[@]}"
    [ $? = 65 ] || { echo "a hostile name did not end with 65"; wrong=1; }
    deck "$server-decks" pizzaplace 2015-01-01 2015-12-31 "${ask[@]}" || { echo "the table is gone"; wrong=1; }
    stop
    if [ -n "$wrong" ]; then
        echo "failed $server"
        failed=$((failed + 1))
    else
        echo "passed $server in $((SECONDS - started)) s"
        passed=$((passed + 1))
    fi
done
echo "real servers: $passed passed, $skipped skipped, $failed failed"
[ "$failed" = 0 ]
