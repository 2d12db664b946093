"""One letter per axis, the same in annotations, einsum, errors, tests and on the page.

b batch · h query heads · g key/value heads · q query positions · k key positions
d query/key size · e value size · m model width · f feed-forward width · v vocabulary
c chunk · s state
"""

from jaxtyping import Bool, Float, Int
from torch import Tensor

Query = Float[Tensor, "b h q d"]
Key = Float[Tensor, "b g k d"]
Value = Float[Tensor, "b g k e"]
Mixed = Float[Tensor, "b h q e"]
Weights = Float[Tensor, "b h q k"]
MayRead = Bool[Tensor, "#b 1 q k"]
"""True: the query may read the key. Axes of size one broadcast."""

Lengths = Int[Tensor, " b"]
Tokens = Int[Tensor, "b q"]
States = Float[Tensor, "b q m"]
OneState = Float[Tensor, "b m"]
