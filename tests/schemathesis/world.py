"""What must exist in the sandbox so that a call can succeed, and which values of a call name it.

`RECIPES` has one entry an operation: given the world, the values (of path, query and body) that cannot be made up:
ids of things that exist, amounts that are there, words that go together. Everything else in a request is generated.
A recipe builds what it names anew wherever a call uses it up.
"""

import itertools
import os

import requests

IBAN = "DE89370400440532013000"
PDF = b"%PDF-1.7 proof"

# Leaves an optional field out: what would be generated for it rarely goes with the rest.
LEFT_OUT = object()


class World:
    """Builds things through both APIs. What it asks for must succeed: it is no test case."""

    def __init__(self):
        self.api = requests.Session()
        self.api.headers["x-api-key"] = os.environ["PARTNER_API_KEY"]
        self.control = requests.Session()
        self.control.headers["x-control-key"] = os.environ["PARTNER_CONTROL_KEY"]
        # Nothing of the environment (proxies, .netrc) has a say in calls to loopback.
        self.api.trust_env = self.control.trust_env = False
        self.numbers = itertools.count(1)
        self.rich_users = []

    def _ask(self, session, base, method, path, **more):
        answer = session.request(method, os.environ[base] + path, timeout=30, **more)
        if not answer.ok:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def partner(self, method, path, **more):
        return self._ask(self.api, "PARTNER_URL", method, path, **more)

    def outside(self, path, **body):
        return self._ask(self.control, "CONTROL_URL", "POST", path, json=body)

    def name(self):
        return f"st-{next(self.numbers)}"

    def new_user(self):
        """A registered user."""
        user = self.name()
        self.partner("POST", "/v1/user/balances/crypto-and-fiat", json=person(user))
        return user

    def user(self):
        """A verified user without money."""
        user = self.new_user()
        self.verify(user)
        self.outside("/simulate/verification-decision", externalUserId=user, approved=True)
        return user

    def verify(self, user):
        identity = {"externalUserId": user, "documentType": "PASSPORT", "documentNumber": "ZS0001234", "issuingCountry": "PL"}
        self.partner("POST", "/v1/user/verification", json=identity)

    def rich_user(self):
        """A verified user with money; the same few again and again, as long as they stay usable."""
        if len(self.rich_users) < 4:
            user = self.user()
            for currency, amount in (("eur", "5000"), ("btc", "20"), ("eth", "50")):
                self.fund(user, currency, amount)
            self.rich_users.insert(0, user)
        self.rich_users.append(self.rich_users.pop(0))
        return self.rich_users[-1]

    def fund(self, user, currency, amount):
        body = {"destinationExternalUserId": user, "amount": amount, "currency": currency}
        return self.partner("POST", "/v1/transfer", json=body)["transferId"]

    def card(self):
        """A new user's card, and the user."""
        user = self.user()
        self.fund(user, "eur", "500")
        body = {"externalUserId": user, "label": "holiday", "pin": "4071"}
        return user, self.partner("POST", "/v1/card/virtual", json=body)["cardId"]

    def blocked_card(self):
        user, card = self.card()
        self.partner("PATCH", "/v1/card/block", json={"externalUserId": user, "cardId": card})
        return user, card

    def card_payment(self):
        _, card = self.card()
        return self.outside("/simulate/card-transaction", cardId=card, amount="1", currency="eur", channel="ATM")["id"]

    def lock(self, user):
        return self.partner("GET", f"/v1/exchange/get-lock/{user}")["id"]

    def partner_lock(self):
        return self.partner("GET", "/v1/partner/exchange/get-lock")["id"]

    def exchange(self):
        user = self.rich_user()
        body = {"sourceExternalUserId": user, "amount": 1, "currencyFrom": "eur", "currencyTo": "btc", "lockId": self.lock(user)}
        return self.partner("POST", "/v1/exchange", json=body)["exchangeId"]

    def partner_exchange(self):
        body = {"amount": 1, "currencyFrom": "eur", "currencyTo": "btc", "lockId": self.partner_lock()}
        return self.partner("POST", "/v1/partner/exchange", json=body)["exchangeId"]

    def payout(self):
        body = {"sourceExternalUserId": self.rich_user(), "currency": "eur", "amount": "1", "destinationIban": IBAN, "transferTitle": "savings"}
        return self.partner("POST", "/v1/sepa-transfer", json=body)["transferId"]

    def withdrawal(self):
        body = {"sourceExternalUserId": self.rich_user(), **WITHDRAWN}
        return self.partner("POST", "/v1/crypto-withdrawal", json=body)["withdrawalId"]

    def partner_withdrawal(self):
        return self.partner("POST", "/v1/partner/crypto-withdrawal", json=WITHDRAWN)["withdrawalId"]

    def sepa_deposit(self, user=None, **more):
        user = user or self.rich_user()
        return self.outside("/simulate/sepa-deposit", externalUserId=user, amount="9", **more)["id"]

    def crypto_deposit(self, user, asked=False):
        """A deposit on a chain; one that is asked for the sender's data is confirmed by the clock."""
        body = {"externalUserId": user, "amount": "1", "currency": "btc", "needsTravelRule": asked}
        deposit = self.outside("/simulate/crypto-deposit", **body)["id"]
        if asked:
            self.outside("/clock/advance", milliseconds=3000)
        return deposit

    def order_lock(self):
        body = {"currency": "usdc", "amount": "20", "network": "polygon"}
        return self.partner("POST", "/v1/order/lock-rate", json=body)["lockId"]

    def order(self):
        return self.partner("POST", "/v1/order", json={"lockId": self.order_lock()})["orderId"]

    def payment_link(self):
        return self.partner("POST", "/v1/payment-link", json={"amount": "20", "currency": "eur"})["paymentLinkId"]

    def kyc(self):
        """A hosted verification of a new user, and the user."""
        user = self.new_user()
        body = {"externalUserId": user, **ASKED}
        return user, self.partner("POST", "/v1/kyc", json=body)["verificationId"]

    def poa(self):
        """A new user whose proof of address waits for a decision."""
        user = self.new_user()
        self.partner("POST", f"/v1/user/poa-files/{user}", files={"files": ("scan.pdf", PDF, "application/pdf")})
        return user

    def snapshot(self):
        answer = self.control.get(os.environ["CONTROL_URL"] + "/snapshot")
        answer.raise_for_status()
        return answer.content

    def no_faults(self):
        self._ask(self.control, "CONTROL_URL", "DELETE", "/faults")

    def no_limit(self):
        self._ask(self.control, "CONTROL_URL", "DELETE", "/rate-limit")

    def receiver(self):
        """Somebody at an address where nobody listens."""
        return self.outside("/webhooks/receivers", **RECEIVER)["id"]

    def delivery(self):
        """A delivery that waits for its next attempt."""
        receiver = self.receiver()
        event = self.outside("/webhooks/trigger", event="p2p_transfer")["id"]
        self.outside(f"/webhooks/deliveries/{event}-{receiver}/resend")
        return f"{event}-{receiver}"

    def no_chaos(self):
        self._ask(self.control, "CONTROL_URL", "DELETE", "/webhooks/chaos")

    def fault(self):
        return self.outside("/faults", fault="UNAVAILABLE", percent=0)["id"]


def person(user):
    return {
        "externalUserId": user, "email": "anna@example.com", "phone": "48601234567", "firstName": "Anna",
        "lastName": "Nowak", "birthDate": "1990-05-15", "street": "Prosta", "number": "1", "city": "Warszawa",
        "postCode": "00-001", "country": "PL", "citizenship": "PL",
        "nationality": "PL", "birthCountry": "PL", "hasAcceptedP100Tc": True,
    }


RECEIVER = {"url": "http://127.0.0.1:9", "secret": "secret"}
WITHDRAWN = {
    "currency": "btc", "amount": 0.25, "walletAddress": "tb1qwallet", "name": "Anna Nowak",
    "walletType": "NON_CUSTODIAL", "receiverType": "NATURAL",
}
ASKED = {
    "documentType": "PASSPORT", "country": "PL", "incomeSource": "BUSINESS_ACTIVITY",
    "openAccountReason": "DAILY_USE", "taxId": "5260250274",
}


def path(**values):
    return {"path": values}


def query(**values):
    return {"query": values}


def body(**values):
    return {"body": values}


def of_user(make):
    return lambda w: path(externalUserId=make(w))


def of_card(make=World.card, **more):
    def recipe(w):
        user, card = make(w)
        return body(externalUserId=user, cardId=card, **more)
    return recipe


def card_at(w):
    user, card = w.card()
    return path(externalUserId=user, cardId=card)


def page_at(w):
    user, verification = w.kyc()
    return path(externalUserId=user, verificationId=verification)


def suspended(w):
    user = w.user()
    w.partner("PATCH", f"/v1/user/suspend/{user}")
    return user


def pending(w):
    user = w.new_user()
    w.verify(user)
    return user


def travel_rule(w):
    user = w.rich_user()
    details = {"companyName": "Wallets"}
    return path(cryptoDepositId=w.crypto_deposit(user, asked=True)) | body(externalUserId=user, walletType="CUSTODIAL", details=details)


def exchange_of_user(w):
    user = w.rich_user()
    return body(sourceExternalUserId=user, amount=1.5, currencyFrom="eur", currencyTo="btc", lockId=w.lock(user))


# One object of each kind after the other, and a status that it reaches from where it is made.
WALKS = itertools.cycle((
    ("USER_VERIFICATION", World.new_user, "APPROVED"),
    ("USER_STANDING", World.user, "SUSPENDED"),
    ("PROOF_OF_ADDRESS", World.poa, "APPROVED"),
    ("KYC_VERIFICATION", lambda w: w.kyc()[1], "REJECTED"),
    ("CARD", lambda w: w.card()[1], "BLOCKED"),
    ("CARD_TRANSACTION", World.card_payment, "REVERSED"),
    ("PAYOUT", World.payout, "SUCCESSFUL"),
    ("WITHDRAWAL", World.withdrawal, "SUCCESSFUL"),
    ("EXCHANGE", World.exchange, "COMPLETED"),
    ("DEPOSIT", lambda w: w.sepa_deposit(check="PENDING"), "CREDITED"),
    ("ORDER", World.order, "COMPLETED"),
    ("PAYMENT_LINK", World.payment_link, "COMPLETED"),
))


def walked(w):
    kind, make, status = next(WALKS)
    return body(object=kind, id=make(w), to=status)


PAID_OUT = {
    "currency": "eur", "amount": "1.50", "destinationIban": IBAN,
    "receiverType": LEFT_OUT, "receiverFirstName": LEFT_OUT, "receiverLastName": LEFT_OUT, "companyName": LEFT_OUT,
}
HISTORY = query(limit=7, cursor=LEFT_OUT)["query"]
LIMITS = {
    "monthlyTrxAll": 900, "dailyTrxAll": 90, "monthlyTrxAtm": 800, "dailyTrxAtm": 80, "monthlyTrxEcom": 700, "dailyTrxEcom": 70,
}
# Of a new user's fields those that cannot be anything of their form.
SETTLED = ("externalUserId", "birthDate", "country", "citizenship", "nationality", "birthCountry", "hasAcceptedP100Tc")
LINK = {"amount": "20", "currency": "eur"}

PARTNER = {
    "create_user": lambda w: body(**{name: person(w.name())[name] for name in SETTLED}),
    "add_user_verification": lambda w: body(
        externalUserId=w.new_user(), documentType="PASSPORT", documentNumber="ZS0001234", issuingCountry="PL", expiryDate="2090-01-01"),
    "get_user_balances": of_user(World.rich_user),
    "update_user": of_user(World.rich_user),
    "delete_user": of_user(World.user),
    "suspend_user": of_user(World.user),
    "unsuspend_user": of_user(suspended),
    "create_transfer": lambda w: body(sourceExternalUserId=LEFT_OUT, destinationExternalUserId=w.rich_user(), amount="1.25", currency="eur"),
    "get_transfer": lambda w: path(transferId=w.fund(w.rich_user(), "eur", "1")),
    "lock_exchange_rate": of_user(World.rich_user),
    "create_exchange": exchange_of_user,
    "get_exchange": lambda w: path(exchangeId=w.exchange()),
    "create_sepa_transfer": lambda w: body(sourceExternalUserId=w.rich_user(), **PAID_OUT),
    "get_sepa_transfer": lambda w: path(transferId=w.payout()),
    "create_card": lambda w: body(externalUserId=w.user()),
    "list_cards": of_user(World.rich_user),
    "get_card": card_at,
    "block_card": of_card(),
    "unblock_card": of_card(World.blocked_card),
    "delete_card": of_card(),
    "update_card_pin": of_card(),
    "get_card_limits": card_at,
    "update_card_limits": of_card(**LIMITS),
    "get_user_history": lambda w: path(externalUserId=w.rich_user()) | {"query": HISTORY},
    "get_partner_history": lambda w: {"query": HISTORY},
    "create_partner_wallet": lambda w: body(currency="usdc", network="polygon"),
    "create_master_transfer": lambda w: body(destinationExternalUserId=w.rich_user(), amount="1.25", currency="eur"),
    "create_partner_exchange": lambda w: body(amount=1.5, currencyFrom="eur", currencyTo="btc", lockId=w.partner_lock()),
    "get_partner_exchange": lambda w: path(exchangeId=w.partner_exchange()),
    "get_user_sepa_deposit_info": of_user(World.rich_user),
    "list_user_sepa_contacts": of_user(World.rich_user),
    "create_partner_sepa_transfer": lambda w: body(**PAID_OUT),
    "update_travel_rule": travel_rule,
    "get_crypto_deposit": lambda w: path(cryptoDepositId=w.crypto_deposit(w.rich_user())),
    "get_network_fee": lambda w: query(currency="usdc", network="polygon"),
    "get_partner_network_fee": lambda w: query(currency="usdc", network="polygon"),
    "create_withdrawal": lambda w: body(sourceExternalUserId=w.rich_user(), network=LEFT_OUT, memo=LEFT_OUT, **WITHDRAWN),
    "get_withdrawal": lambda w: path(withdrawalId=w.withdrawal()),
    "create_partner_withdrawal": lambda w: body(network=LEFT_OUT, memo=LEFT_OUT, **WITHDRAWN),
    "get_partner_withdrawal": lambda w: path(withdrawalId=w.partner_withdrawal()),
    "lock_order_rate": lambda w: body(currency="usdc", amount="20", network="polygon"),
    "create_order": lambda w: body(lockId=w.order_lock()),
    "get_order": lambda w: path(orderId=w.order()),
    "create_payment_link": lambda w: body(**LINK),
    "create_hosted_checkout": lambda w: body(
        redirectUrl="https://shop.example/back", expiresInSeconds=600, underpaymentWindowSeconds=60, **LINK),
    "get_payment_link": lambda w: path(paymentLinkId=w.payment_link()),
    # The files of forms are made by schemathesis, some of them with the first bytes of a picture.
    "add_kyc_files": lambda w: path(externalUserId=w.new_user()),
    "add_poa_files": lambda w: path(externalUserId=w.new_user()),
    "create_kyc_verification": lambda w: body(externalUserId=w.new_user(), occupation=LEFT_OUT, additionalInfo=LEFT_OUT, **ASKED),
    "open_kyc_verification": page_at,
    "get_kyc_status": lambda w: path(verificationId=w.kyc()[1]),
}

CONTROL = {
    "advance_clock": lambda w: body(milliseconds=1000),
    "simulate_sepa_deposit": lambda w: body(externalUserId=w.rich_user(), amount="9.50", senderIban=IBAN),
    "simulate_crypto_deposit": lambda w: body(externalUserId=w.rich_user(), amount="0.5", currency="usdc", network="polygon"),
    "decide_deposit": lambda w: body(depositId=w.sepa_deposit(check="PENDING")),
    "decide_kyc": lambda w: body(verificationId=w.kyc()[1]),
    "decide_poa": lambda w: body(externalUserId=w.poa()),
    "decide_payout": lambda w: body(transferId=w.payout()),
    "decide_withdrawal": lambda w: body(withdrawalId=w.withdrawal()),
    "settle_card_transaction": lambda w: body(cardTransactionId=w.card_payment(), action="CLEAR"),
    "simulate_payment": lambda w: body(orderId=LEFT_OUT, paymentLinkId=w.payment_link(), amount="5", currency="usdc", network="polygon"),
    "simulate_card_transaction": lambda w: body(cardId=w.card()[1], amount="1.50", currency="eur"),
    "decide_verification": lambda w: body(externalUserId=pending(w)),
    "decide_exchange": lambda w: body(exchangeId=w.exchange()),
    "walk_to_status": walked,
    "restore_snapshot": lambda w: {"file": w.snapshot()} | query(bringBackErased=True),
    "get_deposit": lambda w: path(depositId=w.sepa_deposit()),
    "get_user_state": of_user(World.rich_user),
    "set_rate": lambda w: path(currency="btc") | body(rate="50000.5"),
    "release_rate": lambda w: path(currency="btc"),
    "set_rate_limit": lambda w: body(calls=100000),
    "add_fault": lambda w: body(operation="create_transfer", calls=LEFT_OUT, percent=0),
    "list_faults": lambda w: w.fault() and {},
    "remove_fault": lambda w: path(faultId=w.fault()),
    "add_receiver": lambda w: body(events=LEFT_OUT, paths=LEFT_OUT, **RECEIVER),
    "remove_receiver": lambda w: path(receiverId=w.receiver()),
    "list_events": lambda w: query(after="0-0"),
    "list_deliveries": lambda w: w.delivery() and query(event="p2p_transfer", state="WAITING", after=LEFT_OUT),
    "get_delivery": lambda w: path(deliveryId=w.delivery()),
    "resend_delivery": lambda w: path(deliveryId=w.delivery()),
    "replay_events": lambda w: body(receiverId=w.receiver()),
    "trigger_event": lambda w: body(event="p2p_transfer"),
    "add_chaos": lambda w: body(chaos="LATE", event=LEFT_OUT),
}

RECIPES = PARTNER | CONTROL
