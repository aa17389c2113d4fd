"""The ledger: balances of a merchant account, in whole pesos."""

from .calendar import cycle_of, instant
from .schema import Members

FEE = 500
"""Pesos, the fee of every documentation sample. Payins pay it at settlement; who bears a payout's isn't known."""
_LIMITS = ("availableBalance", "payoutLimitBalance")


def merchant_account(id: str, description: str, type: str, balance: int, payout_limit: int | None) -> Members:
    """Return a merchant account; an aggregator keeps the balance, a gateway has switches instead."""
    limit = {} if payout_limit is None else {"payoutLimitBalance": payout_limit}
    own = {"availableBalance": balance} if type == "aggregator" else {"payinsEnabled": True, "payoutsEnabled": True}
    return {"id": id, "description": description, "unsettledAmount": 0, **limit, "type": type, **own}


def payin_booked(account: Members, collected: int) -> Members:
    """Return the account with collected money waiting, unsettled."""
    return account | {"unsettledAmount": account["unsettledAmount"] + collected}


def settlement_booked(account: Members, collected: int, fees: int) -> Members:
    """Return the account after a settlement: an aggregator keeps the money less the fees, a gateway is swept."""
    settled = account | {"unsettledAmount": account["unsettledAmount"] - collected}
    if account["type"] == "aggregator":
        settled["availableBalance"] = account["availableBalance"] + collected - fees
    return settled


def settlement(id: str, account: str, payins: tuple[int, int, int], at: float) -> Members:
    """Return the settlement of payins: their number, their sum and their fees."""
    number, collected, fees = payins
    day, cycle = cycle_of(at)
    return {
        "id": id,
        "merchantAccountId": account,
        "totalAmountCollected": collected,
        "totalFees": fees,
        "numberOfPayins": number,
        "payinSettlementDate": day,
        "payinSettlementCycle": cycle,
        "createdAt": instant(at),
        "updatedAt": instant(at),
    }


def cover(account: Members) -> int | None:
    """Return the most that can be paid out of the account, or None if nothing limits it."""
    return min((account[limit] for limit in _LIMITS if limit in account), default=None)


def payout_booked(account: Members, amount: int) -> Members:
    """Return the account after a payout, which also uses up the limit that only Palomma refills."""
    return account | {limit: account[limit] - amount for limit in _LIMITS if limit in account}
