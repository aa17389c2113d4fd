from typing import Literal, TypeAlias

PayinLinkType: TypeAlias = Literal["bancolombiaButton", "bancolombiaCollect", "card", "general", "nequiButton", "pse"]
