from typing import Literal, TypeAlias

PayinRequestStatus: TypeAlias = Literal["approved", "cancelled", "partial", "processing"]
