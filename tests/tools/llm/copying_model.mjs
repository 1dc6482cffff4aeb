// A model at a server that is not ours: it asks `query_metrics` for each table of the question, then for the rows that it
// was not shown, then copies what it was told. Prints its address.
//
// usage: copying_model.mjs FOLDER-WITH-NODE_MODULES

import { createRequire } from "node:module";
import { join } from "node:path";

const { LLMock } = createRequire(join(process.argv[2], "x.js"))("@copilotkit/aimock");

const tablesOf = (question) =>
  [...question.matchAll(/^- `([a-z_]+)`: (.+) for each (.+)$/gm)].map(([, name, metrics, groups]) => ({
    name,
    metrics: metrics.split(", "),
    groups: groups.split(" and "),
  }));

const call = (id, name, args) => ({ id, name, arguments: JSON.stringify(args) });

function reply(request) {
  const question = request.messages.find((message) => message.role === "user").content;
  const [, merchant] = question.match(/^Merchant: (.+)$/m);
  const [, start, end] = question.match(/^Period: (\S+) to (\S+),/m);
  const tables = tablesOf(question);
  const told = request.messages.filter((message) => message.role === "tool");
  if (told.length === 0) {
    return {
      toolCalls: tables.map(({ metrics, groups }, i) =>
        call(`q${i}`, "query_metrics", { merchant, metrics, group_by: groups, start_date: start, end_date: end }),
      ),
    };
  }
  const sheets = new Map();
  for (const { tool_call_id: id, content } of told) {
    const name = id.startsWith("q") ? content.split(":")[0] : id.split("-")[1];
    if (!sheets.has(name)) sheets.set(name, { all: Number(content.match(/: (\d+) rows/)[1]), header: [], rows: new Map() });
    const sheet = sheets.get(name);
    for (const line of content.split("\n")) {
      const cells = line.split(",");
      if (cells[0] === "row") sheet.header = cells;
      else if (/^\d+$/.test(cells[0])) sheet.rows.set(Number(cells[0]), cells);
    }
  }
  const missing = [...sheets].flatMap(([name, { all, rows }]) => {
    const from = [...Array(all).keys()].find((row) => !rows.has(row));
    return from === undefined ? [] : [call(`g-${name}-${from}`, "get_rows", { ref: name, from, n: all - from })];
  });
  if (missing.length > 0) return { toolCalls: missing };
  const answers = [...sheets].map(([name, { header, rows }], i) => {
    const { groups, metrics } = tables[i];
    const cell = (cells, column) => cells[header.indexOf(column)];
    const row = ([number, cells]) => ({
      from: [`${name}/${number}`],
      ...Object.fromEntries(groups.map((group) => [group, cell(cells, group) || null])),
      ...Object.fromEntries(metrics.map((metric) => [metric, cell(cells, metric) === "" ? null : Number(cell(cells, metric))])),
    });
    const columns = {
      ...Object.fromEntries(groups.map((group) => [group, [group]])),
      ...Object.fromEntries(metrics.map((metric) => [metric, { op: "value", column: metric }])),
    };
    return [tables[i].name, { columns, rows: [...rows].sort(([a], [b]) => a - b).map(row) }];
  });
  return { content: JSON.stringify({ no_data: null, currency: null, tables: Object.fromEntries(answers) }) };
}

const mock = new LLMock({ port: 0 });
mock.on({ predicate: () => true }, reply);
await mock.start();
console.log(mock.url);
