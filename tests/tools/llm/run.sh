#!/usr/bin/env bash
# Agent retrieval against servers of language models that are not ours.
#
# usage: run.sh KAMSLIDES FOLDER
#
# FOLDER receives the servers (npm and Python packages, installed once) and the runs. Two of them:
#   aimock   a mock of OpenAI's interface whose model does its work: the numbers must be those of direct retrieval, and a
#            replay without the server must give the same deck
#   llama    llama.cpp with a model of random numbers, which says anything that the form lets it say: every run must end
#            in time, say why, and show no number
# A server that cannot be installed here is skipped, and said; what it shows that is wrong fails.
set -uo pipefail

kamslides=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$folder/work
rm -rf "$work"
mkdir -p "$work"
cd "$work" || exit 1

children=()
stop() {
    for child in "${children[@]}"; do kill "$child" 2>/dev/null; wait "$child" 2>/dev/null; done
    children=()
}
trap stop EXIT

# Starts a command in the background and gives its first line, the address, in $address.
start() {
    local out=$work/$1.out
    shift
    : >"$out"
    "$@" </dev/null >"$out" 2>"$out.err" &
    children+=($!)
    for _ in $(seq 150); do
        address=$(head -1 "$out")
        [ -n "$address" ] && return
        kill -0 $! 2>/dev/null || return 1
        sleep 0.2
    done
    return 1
}

wrong() { echo "FAILED $*"; failed=$((failed + 1)); }

generate() {
    local out=$1
    shift
    SOURCE_DATE_EPOCH=1700000000 timeout 300 "$kamslides" generate --merchant demo-fashion \
        --from 2023-01-01 --to 2025-06-30 --out "$out" "$@" >"$out.log" 2>&1
}

deck() { (cd "$work/$1"/*/ 2>/dev/null && cat data/* charts/* deck.pptx summary.md | sha256sum); }

# The numbers of a run, without what names the retrieval.
numbers() {
    python3 - "$work/$1" <<'PY'
import json, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).glob("*/data/*.json")):
    data = json.loads(path.read_text())
    print(path.name, json.dumps([data.get(part) for part in ("index", "series", "unit", "partial")]))
PY
}

failed=0 skipped=0
generate direct || wrong "direct retrieval: $(tail -1 direct.log)"

if [ -d "$folder/node_modules/@copilotkit/aimock" ] ||
    npm install --silent --prefix "$folder" @copilotkit/aimock@1.43.0 >/dev/null 2>&1; then
    export SCALAPAY_LLM__MODEL=gpt-5-mini SCALAPAY_LLM__API_KEY=none
    if start aimock node "$here/copying_model.mjs" "$folder"; then
        export SCALAPAY_LLM__BASE_URL=$address/v1
        before=$failed
        generate agent --retrieval agent --record tape || wrong "aimock: $(tail -1 agent.log)"
        [ -n "$(numbers direct)" ] && [ "$(numbers agent)" = "$(numbers direct)" ] ||
            wrong "aimock: the numbers are not those of direct retrieval"
        stop
        generate replay --retrieval agent --replay tape || wrong "aimock: replay: $(tail -1 replay.log)"
        [ "$(deck replay)" = "$(deck agent)" ] || wrong "aimock: the replay gives another deck"
        [ "$failed" = "$before" ] && echo "passed aimock"
    else
        wrong "aimock does not start: $(tail -1 aimock.out.err)"
    fi
else
    echo "skipped aimock: it cannot be installed"
    skipped=$((skipped + 1))
fi
stop

if [ -e "$folder/llama/installed" ] || {
    python3 -m venv "$folder/llama" &&
        "$folder/llama/bin/pip" install -q xllamacpp==2026.10.11549 gguf==0.19.0 && touch "$folder/llama/installed"
}; then
    before=$failed
    "$folder/llama/bin/python" "$here/random_model.py" "$work/random.gguf" || wrong "llama: no model was written"
    if start llama "$folder/llama/bin/python" "$here/llama_server.py" "$work/random.gguf" 400; then
        export SCALAPAY_LLM__BASE_URL=$address/v1 SCALAPAY_LLM__MODEL=random
        export SCALAPAY_LLM__MAX_CONTEXT_TOKENS=16000 SCALAPAY_LLM__TIMEOUT=60s
        generate random --retrieval agent --only orders-by-product --only aov --deadline 120s
        code=$?
        case $code in
        69 | 65 | 75) ;;
        *) wrong "llama: ended with $code: $(tail -1 random.log)" ;;
        esac
        grep -q "the model" random.log || wrong "llama: it is not said why"
        [ -z "$(numbers random)" ] || wrong "llama: numbers of a model that knows none"
        [ "$failed" = "$before" ] && echo "passed llama"
    else
        wrong "llama does not start: $(tail -1 llama.out.err)"
    fi
else
    echo "skipped llama: it cannot be installed"
    skipped=$((skipped + 1))
fi
echo "$failed failed, $skipped skipped"
[ "$failed" = 0 ]
