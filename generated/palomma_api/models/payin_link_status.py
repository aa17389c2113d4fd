from typing import Literal, TypeAlias

PayinLinkStatus: TypeAlias = Literal["approved", "cancelled", "pending", "processing"]
