from typing import Literal, TypeAlias

MerchantAccountType: TypeAlias = Literal["aggregator", "gateway"]
