"""Writes the order lines that every server is loaded with: the pizza shop's year, and one demo merchant.

usage: orders.py PIZZAPLACE.csv.gz DEMO.db ORDERS.csv

DEMO.db is what `kamslides data demo` writes; its lines and attributes are read, so that people and their attributes are
there too. The columns are those that the built-in binding `sql` expects.
"""

import csv
import gzip
import sqlite3
import sys

COLUMNS = ["order_id", "date", "amount", "currency", "merchant", "customer_id", "product_type", "user_type",
           "age_band", "gender", "card_type"]
DEMO = "demo-fashion"


def pizza(path):
    with gzip.open(path, "rt", newline="") as lines:
        for line in csv.DictReader(lines):
            yield {"order_id": line["id"], "date": line["date"], "amount": line["price"], "currency": "USD", "merchant": "pizzaplace",
                   "product_type": line["type"]}


def demo(path):
    database = sqlite3.connect(path)
    (merchant,) = database.execute("SELECT id FROM merchant WHERE name = ?", [DEMO]).fetchone()
    attributes = {}
    for profile, dimension, value in database.execute(
            "SELECT profile, dimension, value FROM attribute WHERE merchant = ?", [merchant]):
        attributes.setdefault(profile, {})[dimension] = value
    lines = database.execute(
        "SELECT order_key, day, amount, customer, profile FROM line WHERE id >> 40 = ? ORDER BY id", [merchant])
    for order, day, amount, customer, profile in lines:
        day = str(day)
        yield {"order_id": f"d{order}", "date": f"{day[:4]}-{day[4:6]}-{day[6:]}", "amount": f"{amount / 10000:.4f}", "currency": "EUR",
               "merchant": DEMO, "customer_id": customer, **attributes.get(profile, {})}


def main(pizzaplace, demo_database, target):
    with open(target, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(pizza(pizzaplace))
        writer.writerows(demo(demo_database))


if __name__ == "__main__":
    main(*sys.argv[1:])
