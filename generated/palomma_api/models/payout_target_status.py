from typing import Literal, TypeAlias

PayoutTargetStatus: TypeAlias = Literal["active", "cancelled", "pending", "processing"]
