from typing import Literal, TypeAlias

PayinSourceStatus: TypeAlias = Literal["active", "cancelled", "pending", "processing"]
