"""Prints how often each operation answered with what, and fails if one never succeeded or was never refused."""

import json
import re
import sys

# Nothing that such a call says can be wrong, beyond its key.
TAKES_NOTHING = {
    "get_exchange_rates", "get_order_rates", "get_partner_balances", "get_partner_exchange_rates",
    "get_partner_sepa_deposit_info", "list_partner_sepa_contacts", "lock_partner_exchange_rate",
    "freeze_clock", "get_books", "get_clock", "list_faults", "remove_faults", "reset", "resume_clock",
    "get_rates", "freeze_rates", "resume_rates", "get_rate_limit", "lift_rate_limit", "save_snapshot",
    "list_receivers", "list_chaos", "remove_chaos",
}


def operations(path):
    with open(path) as file:
        return re.findall(r"operationId: (\w+)", file.read())


def main(reports):
    counts = {}
    for report in reports:
        with open(report) as file:
            counts.update(json.load(file))
    problems = []
    print(f"\n{'operation':34} {'2xx':>5} {'4xx':>5}   other than 401")
    for name in operations("openapi/partner-api.yaml") + operations("openapi/sandbox.yaml"):
        seen = {int(status): count for status, count in counts.get(name, {}).items()}
        good = sum(count for status, count in seen.items() if status < 300)
        bad = sum(count for status, count in seen.items() if 400 <= status < 500 and status != 401)
        print(f"{name:34} {good:5} {bad:5}")
        if good == 0:
            problems.append(f"{name} never succeeded; give it a recipe in world.py")
        if bad == 0 and name not in TAKES_NOTHING:
            problems.append(f"{name} was never refused for what it was sent")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
