"""The one place that imports the library `tokenizers`."""

import os
from types import ModuleType

from regard.errors import missing


def library() -> ModuleType:
    """The library, with its threads off unless the user's environment turns them on.

    Its threads do not survive a fork, as data loaders do it: some versions then warn or hang. Who wants
    them all the same sets TOKENIZERS_PARALLELISM=true.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import tokenizers
    except ImportError as error:
        raise missing("BPE and unigram text", "tokenizers", "text") from error
    return tokenizers
