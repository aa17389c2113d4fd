from typing import Literal, TypeAlias

DocumentType: TypeAlias = Literal["cc", "ce", "nit"]
