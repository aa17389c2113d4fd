from typing import Literal, TypeAlias

PayoutTargetType: TypeAlias = Literal["bankAccount",]
