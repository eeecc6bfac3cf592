"""Hooks of the schemathesis run: real ids in generated requests, one more check, and a count of what was answered.

A generated id names nobody, so without help every call would end at "no such user". Before a call, values that the
operation's recipe (`world.py`) knows better take the place of generated ones that are valid by their own schema. What
was made invalid on purpose stays, so a case keeps its kind: schemathesis judges it anew after the hook. One case in
four is sent as it was generated.
"""

import atexit
import collections
import decimal
import json
import os
import re

import jsonschema_rs
import schemathesis
from schemathesis.core.parameters import ParameterLocation

from world import LEFT_OUT, RECIPES, World

WORLD = World()
SEEN = collections.defaultdict(collections.Counter)
SENT = collections.Counter()
DOCUMENT = {}


def operation_id(case):
    return case.operation.definition.raw["operationId"]


def is_own_method(case):
    return case.method.upper() == case.operation.method.upper()


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Says to schemathesis what `openapi/*.yaml` says in words of its own."""
    schemas = raw_schema["components"]["schemas"]
    for schema in walk(raw_schema):
        # Bounds that the generator of the client cannot carry.
        schema.update(schema.pop("x-bounds", {}))
    # The schema says which form is written; either is read, as the wire has both.
    for name in ("AmountText", "AmountNumber"):
        if name in schemas:
            schemas[name] = {"anyOf": [
                {"type": "string", "pattern": r"^[0-9]{1,11}(\.[0-9]{1,8})?$"},
                {"type": "number", "minimum": 0},
            ]}
    DOCUMENT.update(raw_schema)


def walk(node):
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from walk(part)


@schemathesis.hook
def before_call(context, case, kwargs):
    name = operation_id(case)
    if not is_own_method(case):
        return
    SENT[name] += 1
    # Nobody waits for an event that does not come.
    if name == "list_events" and str((case.query or {}).get("waitMilliseconds", "")).isdigit():
        case.query = {**case.query, "waitMilliseconds": 0}
    recipe = RECIPES.get(name)
    if recipe is None or SENT[name] % 4 == 0:
        return
    try:
        known = recipe(WORLD)
    except RuntimeError:
        # Schemathesis sends ids from answers too, and may have suspended or emptied whom we count on.
        WORLD.rich_users.clear()
        known = recipe(WORLD)
    # Cases share what they were made from, so each gets its own copy.
    if "path" in known and not is_negative_at(case, ParameterLocation.PATH):
        case.path_parameters = replaced(case, case.path_parameters, known["path"], parameter_schemas(case, "path"))
    if "query" in known and not is_negative_at(case, ParameterLocation.QUERY):
        case.query = replaced(case, case.query, known["query"], parameter_schemas(case, "query"))
    if "file" in known and not is_negative_at(case, ParameterLocation.BODY):
        case.body = known["file"]
    if "body" in known and isinstance(case.body, dict):
        case.body = replaced(case, case.body, known["body"], body_schemas(case))


def is_negative_at(case, location):
    return case.meta is not None and case.meta.is_negative_at(location)


def replaced(case, sent, known, schemas):
    """Puts what is known where something valid stands; adds nothing to what is incomplete on purpose."""
    sent = dict(sent or {})
    is_positive = case.meta is not None and case.meta.generation.mode.is_positive
    for name, value in known.items():
        if name in sent:
            if not is_valid(sent[name], schemas.get(name)):
                continue
            if value is not LEFT_OUT:
                sent[name] = value
            elif is_positive:
                del sent[name]
        elif is_positive and value is not LEFT_OUT:
            sent[name] = value
    return sent


def parameter_schemas(case, place):
    listed = case.operation.definition.raw.get("parameters", [])
    listed = [resolved(parameter) for parameter in listed]
    return {parameter["name"]: parameter["schema"] for parameter in listed if parameter["in"] == place}


def body_schemas(case):
    body = case.operation.definition.raw.get("requestBody", {})
    [content] = body.get("content", {}).values() or [{}]
    return resolved(content.get("schema", {})).get("properties", {})


def resolved(node):
    """What a reference into the document refers to."""
    while "$ref" in node:
        target = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def is_valid(value, schema):
    if schema is None:
        return False
    schema = {**schema, "components": DOCUMENT["components"]}
    return jsonschema_rs.validator_for(schema).is_valid(value)


@schemathesis.hook
def after_call(context, case, response):
    name = operation_id(case)
    if is_own_method(case):
        SEEN[name][response.status_code] += 1
    # What would get in the way of what comes next.
    if name == "add_fault":
        WORLD.no_faults()
    if name == "set_rate_limit":
        WORLD.no_limit()
    if name == "add_chaos":
        WORLD.no_chaos()
    if name == "reset":
        WORLD.rich_users.clear()


@schemathesis.check
def what_fits_is_not_malformed(ctx, response, case):
    """A request that fits its schema may be refused by a rule, never for its form."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 400:
        return
    answer = response.json()
    if response.headers.get("x-sandbox-rule") or answer.get("rule"):
        return
    message = answer.get("errorMessage") or answer.get("error") or ""
    if answer.get("errorCode", "P403") != "P403" or is_beyond_schemas(case, message):
        return
    raise AssertionError(f"fits the schema, and is called malformed: {message}")


# What the schemas do not say: check digits, and fields that go together.
BEYOND_SCHEMAS = re.compile("|".join((
    r"destinationIban must be an IBAN [^,]*",
    r"(taxId|occupation|additionalInfo) must be (given|left out) for this incomeSource",
    r"backPhoto must be (given for this documentType|left out for PASSPORT)",
    r"details must be about a person, a company, or the owner of the wallet",
    r"receiverFirstName and receiverLastName must be given for NATURAL, and companyName left out",
    r"companyName must be given for LEGAL, and both names left out",
    r"receiverType must be given where a receiver is named",
    r"currency must be eur, the currency of SEPA",
    r"calls and percent exclude each other",
    r"milliseconds must be given for LATENCY",
    r"either an order or a payment link is paid",
    r"the sender is malformed",
    r"there is no such (operation|status|event)",
    r"the address of a receiver (must look like|is not on this machine).*",
    r"this is no snapshot of a sandbox|the snapshot is damaged: .*",
    r"the currency has no rate",
    r"a rate cannot be nothing",
    r"cursor must be what the page before said in nextCursor",
)))
MISSHAPEN = re.compile(r"(\w+) must be (?:of the documented type and form|a well-formed id)")
LARGEST = decimal.Decimal("92233720368.54775807")


def is_beyond_schemas(case, message):
    """Whether all that is refused is what a schema does not say."""
    rest = BEYOND_SCHEMAS.sub("", message)
    fields = MISSHAPEN.findall(rest)
    sent = {**(case.path_parameters or {}), **(case.body if isinstance(case.body, dict) else {})}
    return not MISSHAPEN.sub("", rest).strip(", ") and all(is_too_much(sent.get(field)) for field in fields)


def is_too_much(value):
    """Whether a number or text is beyond sizes that a schema counts in another way: digits, and bytes."""
    if isinstance(value, str) and len(value.encode("utf-8", "surrogatepass")) > 255:
        return True
    try:
        amount = decimal.Decimal(str(value))
    except decimal.InvalidOperation:
        return False
    return amount > LARGEST or amount.as_tuple().exponent < -8


@atexit.register
def write_counts():
    report = os.environ.get("ST_COUNTS")
    if report:
        with open(report, "w") as file:
            json.dump({name: dict(counts) for name, counts in SEEN.items()}, file)
