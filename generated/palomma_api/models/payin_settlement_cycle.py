from typing import Literal, TypeAlias

PayinSettlementCycle: TypeAlias = Literal[11, 13, 16, 18, 20]
