from typing import Literal, TypeAlias

PayoutRequestStatus: TypeAlias = Literal["approved", "cancelled", "processing"]
