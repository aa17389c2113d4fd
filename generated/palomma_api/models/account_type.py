from typing import Literal, TypeAlias

AccountType: TypeAlias = Literal["checking", "savings"]
