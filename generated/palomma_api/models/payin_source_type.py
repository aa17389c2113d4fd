from typing import Literal, TypeAlias

PayinSourceType: TypeAlias = Literal["bancolombiaToken", "bankAccount", "nequiToken"]
