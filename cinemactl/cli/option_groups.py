"""Options that the verbs of one noun share: declared once, handed to each command as one argument."""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def with_options(
    options: Mapping[str, Any], argument: str, build: Callable[..., Any]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the decorator that gives a command these options and hands what `build` makes of them to it as `argument`.

    `options` are annotations by name; `build` gets the texts, or None, by those names. They stand behind the command's
    first parameter.
    """

    def decorated(command: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(command, eval_str=True)
        own = [parameter for name, parameter in signature.parameters.items() if name != argument]
        added = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
            for name, annotation in options.items()
        ]

        @wraps(command)
        def wrapped(**given: Any) -> Any:  # noqa: ANN401  (whatever the command returns)
            built = build(**{name: given.pop(name) for name in options})
            return command(**{argument: built}, **given)

        keyword_only = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
        parameters = [*keyword_only[:1], *added, *keyword_only[1:]]
        wrapped.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # what inspect reads
        wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in [*keyword_only, *added]}
        return wrapped

    return decorated
