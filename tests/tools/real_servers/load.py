"""Loads the order lines into the database of one server.

usage: load.py sqlite|duckdb|chdb ORDERS.csv TARGET
"""

import csv
import sqlite3
import sys

kind, source, target = sys.argv[1:]

if kind == "sqlite":
    with open(source, newline="") as file:
        header, *lines = csv.reader(file)
    database = sqlite3.connect(target)
    types = {"amount": "REAL"}
    columns = ", ".join(name + " " + types.get(name, "TEXT") for name in header)
    database.execute(f"CREATE TABLE orders ({columns})")
    database.executemany(f"INSERT INTO orders VALUES ({', '.join('?' * len(header))})", lines)
    database.commit()
elif kind == "duckdb":
    import duckdb

    types = "{'order_id': 'VARCHAR', 'date': 'DATE', 'amount': 'DECIMAL(18,4)', 'customer_id': 'VARCHAR'}"
    duckdb.connect(target).execute(
        f"CREATE TABLE orders AS SELECT * FROM read_csv('{source}', header = true, types = {types})")
elif kind == "chdb":
    from chdb import session

    chdb = session.Session(target)
    chdb.query("CREATE DATABASE shop")
    columns = ("order_id String, date Date, amount Decimal(18, 4), currency LowCardinality(String), merchant String, "
               "customer_id Nullable(String), product_type Nullable(String), user_type Nullable(String), "
               "age_band Nullable(String), gender Nullable(String), card_type Nullable(String)")
    chdb.query(f"CREATE TABLE shop.orders ({columns}) ENGINE = MergeTree ORDER BY (merchant, date)")
    chdb.query(f"INSERT INTO shop.orders SELECT * FROM file('{source}', CSVWithNames, '{columns}')")
    chdb.close()
else:
    sys.exit(f"no way to load {kind}")
