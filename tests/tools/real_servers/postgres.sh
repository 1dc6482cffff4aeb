# Sourced by run.sh: a PostgreSQL cluster that lives as long as the suite, on a port of its own, by Debian's programs.

cluster=

# PostgreSQL's programs, as a user who is not root, as they demand: pg PROGRAM ARGUMENT…
pg() {
    local bin
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
    [ -x "$bin/$1" ] || { echo "there is no PostgreSQL: Debian's package is called postgresql"; return 1; }
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid postgres --regid postgres --clear-groups "$bin/$1" "${@:2}")
    else
        "$bin/$1" "${@:2}"
    fi
}

stop_cluster() {
    [ -n "$cluster" ] || return 0
    pg pg_ctl -D "$cluster/data" -m immediate stop >/dev/null 2>&1
    rm -rf "$cluster"
    cluster=
}

# Starts the cluster with the order lines in it, unless it runs; sets PGPORT: start_cluster ORDERS.csv
start_cluster() {
    [ -z "$cluster" ] || return 0
    # Not below the suite's folder, which the user postgres may not enter.
    cluster=$(mktemp -d)
    [ "$(id -u)" != 0 ] || chown postgres "$cluster"
    fill_cluster "$1" || { cat "$cluster/log"; stop_cluster; return 1; }
}

fill_cluster() {
    local sql=(psql -h 127.0.0.1 -U postgres -v ON_ERROR_STOP=1 -c)
    PGPORT=$(port) || return
    export PGPORT
    pg initdb -D "$cluster/data" -U postgres -A trust || return
    pg pg_ctl -D "$cluster/data" -l "$cluster/log" -w -o "-k $cluster -c listen_addresses=127.0.0.1" start || return
    pg "${sql[@]}" "CREATE TABLE orders (order_id text, date date, amount numeric(18, 4), currency text, merchant text,
        customer_id text, product_type text, user_type text, age_band text, gender text, card_type text)" || return
    pg "${sql[@]}" "COPY orders FROM STDIN CSV HEADER" <"$1"
}
