"""Turns a query into a condition on the tables of the index. Pure."""
# ruff: noqa: S608 - what is put into SQL here are names of our own; values are parameters

from typing import Final

from envkb.knowledge.query.fields import Field
from envkb.knowledge.query.language import And, Comparison, FactTest, Known, Not, Or, Package, Query
from envkb.knowledge.query.values import read_number

Condition = tuple[str, list[str | float]]
"""SQL with its parameters. It is true or false, never null: what is not known compares with nothing."""

_ORDERS: Final = frozenset({"<", "<=", ">", ">="})


def to_sql(query: Query) -> Condition:
    """Return the condition on the table `record` that a query stands for.

    The connection needs the function `version_fits` of `envkb.knowledge.query.values`.
    """
    match query:
        case And(parts):
            return _joined(parts, " AND ", "1")
        case Or(parts):
            return _joined(parts, " OR ", "0")
        case Not(part):
            sql, parameters = to_sql(part)
            return f"NOT {sql}", parameters
        case _:
            return _test(query)


def _test(query: Comparison | Known | Package | FactTest) -> Condition:
    match query:
        case Known(field):
            return f"({' OR '.join(_is_known(field, column) for column in _columns(field))})", []
        case Comparison(field):
            conditions = [_comparison(query, column) for column in _columns(field)]
            sql = " OR ".join(f"coalesce({sql}, 0)" for sql, _ in conditions)
            return f"({sql})", [value for _, values in conditions for value in values]
        case Package():
            return _package(query)
        case FactTest():
            return _fact(query)


def _columns(field: Field) -> list[str]:
    return [f"record.{column}" for column in field.columns]


def _joined(parts: tuple[Query, ...], word: str, empty: str) -> Condition:
    conditions = [to_sql(part) for part in parts]
    sql = word.join(sql for sql, _ in conditions) or empty
    return f"({sql})", [value for _, values in conditions for value in values]


def _is_known(field: Field, column: str) -> str:
    return f"{column} != '[]'" if field.kind == "list" else f"{column} IS NOT NULL"


def _comparison(query: Comparison, column: str) -> Condition:
    operator, value = query.operator, query.value
    if query.field.kind == "version":
        return f"version_fits({column}, ?)", [value]
    if query.field.kind in ("number", "flag"):
        return f"{column} {operator} ?", [value]
    if query.field.kind == "date":
        return f"substr({column}, 1, ?) {operator} ?", [len(str(value)), value]
    sql, parameters = _text(operator, str(value))
    if query.field.kind == "list":
        return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE {sql.format('value')})", parameters
    return sql.format(column), parameters


def _text(operator: str, value: str) -> Condition:
    if operator == "=":
        return "{} = ? COLLATE NOCASE", [value]
    escaped = value.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return r"{} LIKE ? ESCAPE '\'", [f"%{escaped}%"]


def _package(query: Package) -> Condition:
    named = "FROM package WHERE name = (SELECT number FROM name WHERE text = ?)"
    if not query.versions:
        return f"record.number IN (SELECT record {named})", [query.name]
    # Ten thousand records share a few versions: each is judged once. The limit keeps SQLite from judging before that.
    fitting = f"SELECT version FROM (SELECT DISTINCT version {named} LIMIT -1) WHERE version_fits(version, ?)"
    found = f"SELECT record {named} AND version IN ({fitting})"
    return f"record.number IN ({found})", [query.name, query.name, query.versions]


def _fact(query: FactTest) -> Condition:
    test, parameters = _fact_value(query)
    terms = "SELECT number FROM term WHERE subject GLOB ? AND name = ?"
    found = f"SELECT 1 FROM fact WHERE fact.record = record.number AND term IN ({terms}) AND {test}"
    return f"EXISTS ({found})", [query.subject.replace("[", "[[]").replace("?", "[?]"), query.name, *parameters]


def _fact_value(query: FactTest) -> Condition:
    number = read_number(query.value)
    if query.operator in _ORDERS:
        from envkb.knowledge.query.versions import specify  # noqa: PLC0415 - see there

        # A text that is compared by order is a version (of a driver, of the kernel), where both can be read as one.
        numeric = f"(typeof(value) != 'text' AND value {query.operator} ?)"
        textual = "(typeof(value) = 'text' AND version_fits(value, ?))"
        specifier = specify(query.operator, query.value)
        parts = [(numeric, number), (textual, specifier)]
        usable = [(sql, value) for sql, value in parts if value is not None]
        return f"({' OR '.join(sql for sql, _ in usable) or '0'})", [value for _, value in usable]
    if not query.operator:
        return "1", []
    sql, parameters = _text(query.operator, query.value)
    if query.operator == "=" and number is not None:
        return f"({sql.format('value')} OR value = ?)", [*parameters, number]
    return f"({sql.format('value')})", parameters
