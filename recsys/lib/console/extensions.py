"""What an upper floor adds to the pages of a lower one, which does not know it.

The page of a person belongs to accounts; what the recommender believes of them is told by
recommendations. So each floor declares its panels and actions here, by the model's label.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

Context = Callable[[HttpRequest, Any], dict[str, Any] | None]
Action = Callable[..., Any]


@dataclass(frozen=True)
class Panel:
    """A part of a row's page; `context` yields what its template shows, or None for no panel."""

    title: str
    template: str
    context: Context

    def render(self, request: HttpRequest, row: Any) -> str | None:
        context = self.context(request, row)
        if context is None:
            return None
        return render_to_string(self.template, {**context, "row": row}, request)


_panels: defaultdict[str, list[Panel]] = defaultdict(list)
_actions: defaultdict[str, list[Action]] = defaultdict(list)


def panel(model: str, *, title: str, template: str) -> Callable[[Context], Context]:
    """Declare the decorated function a panel on the page of each row of `model` (a label)."""

    def register(context: Context) -> Context:
        _panels[model].append(Panel(title, template, context))
        return context

    return register


def adds_action(model: str) -> Callable[[Action], Action]:
    """Offer the decorated action on the list of `model` (a label)."""

    def register(action: Action) -> Action:
        _actions[model].append(action)
        return action

    return register


def panels_of(request: HttpRequest, row: Any) -> list[tuple[str, str]]:
    """(title, HTML) of each panel that has something to say of `row`."""
    rendered = ((each.title, each.render(request, row)) for each in _panels[row._meta.label])
    return [(title, html) for title, html in rendered if html is not None]


def actions_on(model: str) -> list[Action]:
    return _actions[model]
