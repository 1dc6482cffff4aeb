"""An MCP server such as anybody writes in a few lines: FastMCP over SQLite, each row an object.

usage: sqlite_server.py ORDERS.sqlite PORT
"""

import sqlite3
import sys

from fastmcp import FastMCP

database, port = sys.argv[1:]
server = FastMCP("orders")


@server.tool
def read_query(query: str) -> list[dict]:
    """Runs a SELECT."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return [dict(row) for row in connection.execute(query)]


server.run(transport="http", host="127.0.0.1", port=int(port), show_banner=False)
