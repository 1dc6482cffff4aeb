#!/usr/bin/env bash
# Third-party MCP servers with nothing of ours on their side, each loaded with the same orders, each giving the numbers that
# the embedded data give.
#
# usage: run.sh KAMSLIDES FOLDER [SERVER…]
#
# FOLDER receives the servers (Python and npm packages, installed once) and the runs. Without a SERVER named, all are tried:
#
#   over HTTP   fastmcp, toolbox (SQLite), postgres (toolbox over Debian's PostgreSQL), chdb
#   over stdio  motherduck, alchemy (values bound) and server_postgres, by the entries of servers.json
#
# What cannot be installed or started here is skipped: the reason is printed, and skips are counted. Numbers that differ fail,
# as does a process that is left behind. PostgreSQL runs in a cluster of its own, which is gone afterwards.
set -uo pipefail

kamslides=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
shift 2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fixture=$here/../../fixtures/pizzaplace.csv.gz
[ $# -gt 0 ] || set -- toolbox fastmcp chdb motherduck alchemy postgres server_postgres
work=$folder/work
rm -rf "$work"
mkdir -p "$work"
cd "$work" || exit 1
. "$here/postgres.sh"

# What is started carries this variable, so that what is left behind is found.
mark=REAL_SERVERS=$$
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

# An npm package: npm_package NAME VERSION
npm_package() {
    [ -e "$folder/node_modules/$1/package.json" ] ||
        npm install --silent --no-audit --no-fund --prefix "$folder" "$1@$2"
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

install_toolbox() { npm_package @toolbox-sdk/server 1.12.0; }
load_toolbox() { python3 "$here/load.py" sqlite orders.csv toolbox.sqlite; }
# The program itself: the script in .bin starts it as a child, which would outlive it.
toolbox() { exec "$folder"/node_modules/@toolbox-sdk/server-*/bin/toolbox --address 127.0.0.1 "$@"; }
serve_toolbox() { toolbox --config "$here/toolbox.yaml" --port "$1"; }

install_chdb() { venv chdb mcp-clickhouse==0.7.0 chdb==4.4.0; }
load_chdb() { "$folder/chdb/bin/python" "$here/load.py" chdb "$work/orders.csv" "$work/chdb"; }
serve_chdb() {
    export CLICKHOUSE_ENABLED=false CHDB_ENABLED=true CHDB_DATA_PATH="$work/chdb"
    export CLICKHOUSE_MCP_SERVER_TRANSPORT=http CLICKHOUSE_MCP_BIND_PORT=$1 CLICKHOUSE_MCP_AUTH_DISABLED=true
    exec "$folder/chdb/bin/mcp-clickhouse"
}

install_motherduck() { venv motherduck mcp-server-motherduck==1.1.0; }
load_motherduck() { "$folder/motherduck/bin/python" "$here/load.py" duckdb orders.csv motherduck.duckdb; }

install_alchemy() { venv alchemy mcp-alchemy==2026.10.15.202659; }
load_alchemy() { python3 "$here/load.py" sqlite orders.csv alchemy.sqlite; }

install_postgres() { pg postgres --version && install_toolbox; }
load_postgres() { start_cluster orders.csv; }
serve_postgres() { toolbox --config "$here/postgres.yaml" --port "$1"; }

install_server_postgres() { pg postgres --version && npm_package @modelcontextprotocol/server-postgres 0.6.2; }
load_server_postgres() { start_cluster orders.csv; }

skip() {
    echo "skipped $1: $2"
    tail -n 3 "$1.log" | cut -c1-300
    skipped=$((skipped + 1))
}

# A deck of a merchant, in an environment where the servers are on the path: deck OUT MERCHANT FROM TO [OPTION…]
# What is shown here are values: a machine that is busy with other work shall not fail them.
deck() {
    local path=$folder/motherduck/bin:$folder/alchemy/bin:$PATH
    env -i PATH="$path" HOME="$HOME" PGPORT="${PGPORT:-}" "$mark" \
        SCALAPAY_RETRIEVAL__CALL_TIMEOUT=5m SCALAPAY_RETRIEVAL__CONNECT_TIMEOUT=2m SCALAPAY_RETRIEVAL__DEADLINE=15m \
        "$kamslides" generate --merchant "$2" --from "$3" --to "$4" --out "$1" "${@:5}" >>"$1.log" 2>&1
}

# The processes of this suite that still run, after a moment to end: their numbers.
left_behind() {
    local found
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        found=$(grep -lzxs "$mark" /proc/[0-9]*/environ | tr -dc '0-9\n')
        [ -n "$found" ] || return 1
        sleep 0.2
    done
    echo "$found"
}

# Every check on a server that is there: try SERVER OPTION…
try() {
    local server=$1 out=$1-decks run merchant from to code
    shift
    for run in "demo-fashion 2023-01-01 2025-06-30" "pizzaplace 2015-01-01 2015-12-31"; do
        read -r merchant from to <<<"$run"
        deck "$out" "$merchant" "$from" "$to" "$@" || { cat "$out.log"; return 1; }
        python3 "$here/compare.py" embedded/"$merchant"_* "$out/$merchant"_* || return 1
    done
    # A hostile name is data: nobody's, and the table is still there.
    deck "$out" "x'; DROP TABLE orders;--" 2015-01-01 2015-12-31 "$@"
    code=$?
    [ "$code" = 65 ] || { tail -n 3 "$out.log"; echo "a hostile name ended with $code and not 65"; return 1; }
    deck "$out" pizzaplace 2015-01-01 2015-12-31 --refresh "$@" || { tail -n 3 "$out.log"; echo "the table is gone"; return 1; }
}

for server in "$@"; do
    declare -F "install_$server" >/dev/null || { echo "there is no server $server here" >&2; exit 2; }
done

# The decks that every server must equal.
said=$({
    "$kamslides" data demo --db demo.db
    "$kamslides" data import "$fixture" --db pizza.db --merchant pizzaplace --currency USD \
        --map id=order_id,date=date,type=product_type,price=amount
} 2>&1) || { echo "$said"; exit 1; }
python3 "$here/orders.py" "$fixture" demo.db orders.csv || exit 1
deck embedded demo-fashion 2023-01-01 2025-06-30 --db demo.db || { cat embedded.log; exit 1; }
deck embedded pizzaplace 2015-01-01 2015-12-31 --db pizza.db || { cat embedded.log; exit 1; }

# The list as it lies in a KAM's folder. One server is asked for by the list's path instead.
cp "$here/servers.json" .mcp.json

for server in "$@"; do
    began=$SECONDS
    "install_$server" >"$server.log" 2>&1 || { skip "$server" "it cannot be installed"; continue; }
    installed=$SECONDS
    "load_$server" >>"$server.log" 2>&1 || { skip "$server" "its data cannot be loaded"; continue; }
    ask=(--binding "$here/bindings/$server.toml")
    if declare -F "serve_$server" >/dev/null; then
        at=$(port)
        (export "${mark?}"; "serve_$server" "$at") >>"$server.log" 2>&1 &
        child=$!
        listening "$at" || { stop; skip "$server" "it does not start"; continue; }
        ask+=(--mcp-url "http://127.0.0.1:$at/mcp")
    else
        ask+=(--server "$server")
        [ "$server" != server_postgres ] || ask+=(--mcp-config "$here/servers.json")
    fi
    wrong=
    try "$server" "${ask[@]}" || wrong=1
    stop
    if left=$(left_behind); then
        wrong=1
        echo "$server leaves processes behind:"
        for process in $left; do
            tr '\0' ' ' <"/proc/$process/cmdline" && echo
            kill "$process"
        done
    fi
    if [ -n "$wrong" ]; then
        echo "failed $server"
        failed=$((failed + 1))
    else
        echo "passed $server: installed in $((installed - began)) s, tried in $((SECONDS - installed)) s"
        passed=$((passed + 1))
    fi
done
echo "real servers: $passed passed, $skipped skipped, $failed failed"
[ "$failed" = 0 ]
