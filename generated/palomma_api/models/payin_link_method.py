from typing import Literal, TypeAlias

PayinLinkMethod: TypeAlias = Literal["bancolombiaButton", "bancolombiaCollect", "card", "nequiButton", "pse"]
