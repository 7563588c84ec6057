"""Owns views.*: modals and home tabs; what a person types into them is `forms`'."""

from tests.workspace.limits import VIEW_BYTES_MOST, problems_of_view, size_of_view
from tests.workspace.methods import Method, Refused, known_user, needed
from tests.workspace.people import APP_ID, BOT_ID, TEAM, Json
from tests.workspace.records import View
from tests.workspace.state import State

STACK_MOST = 3


def body_of(state: State, view: object, kind: str, *, besides: View | None = None) -> Json:
    """A view Slack would take, else the error it answers."""
    problems = problems_of_view(view)
    if problems:
        raise Refused("invalid_arguments", problems)
    assert isinstance(view, dict)
    if view["type"] != kind:
        raise Refused("invalid_arguments", [f"[ERROR] must be a view of type {kind} [json-pointer:/view/type]"])
    if size_of_view(view) > VIEW_BYTES_MOST:
        raise Refused("view_too_large")
    name = view.get("external_id")
    if name and any(v.open and v is not besides and v.body.get("external_id") == name for v in state.views.values()):
        raise Refused("duplicate_external_id")
    return view


def _answer(view: View) -> Json:
    return {"view": view.as_slack({}, TEAM, APP_ID, BOT_ID)}


def _trigger_user(state: State, arguments: Json) -> tuple[str, str | None]:
    trigger_id = arguments.get("trigger_id") or arguments.get("interactivity_pointer")
    if not trigger_id:
        raise Refused("invalid_arguments", ["[ERROR] missing required field: trigger_id"])
    trigger = state.spend(trigger_id)
    if isinstance(trigger, str):
        raise Refused(trigger)
    return trigger.user, trigger.view


def views_open(state: State, arguments: Json) -> Json:
    """Open a modal before the person of the trigger. A view that is refused leaves the trigger good."""
    body = body_of(state, needed(arguments, "view"), "modal")
    user, _ = _trigger_user(state, arguments)
    made = state.show(user, body)
    state.triggers[str(arguments["trigger_id"])].opened = made.id
    return _answer(made)


def push(state: State, user: str, below: View | None, body: Json) -> View:
    """Put a modal on top of *below*, at most three deep."""
    if below is None or not below.open or below.user != user:
        raise Refused("not_found")
    if len(state.stack(below)) >= STACK_MOST:
        raise Refused("push_limit_reached")
    return state.show(user, body, previous=below)


def views_push(state: State, arguments: Json) -> Json:
    """Put a modal on top of the one the trigger comes from."""
    body = body_of(state, needed(arguments, "view"), "modal")
    user, below = _trigger_user(state, arguments)
    made = push(state, user, state.views.get(below or ""), body)
    state.triggers[str(arguments["trigger_id"])].opened = made.id
    return _answer(made)


def views_update(state: State, arguments: Json) -> Json:
    """Show another body in an open view; a ``hash`` that is no longer the view's is a ``hash_conflict``."""
    name = arguments.get("external_id")
    found = state.views.get(str(arguments.get("view_id") or "")) or next(
        (v for v in state.views.values() if name and v.open and v.body.get("external_id") == name), None
    )
    if found is None or not found.open:
        raise Refused("not_found")
    if arguments.get("hash") and arguments["hash"] != found.hash:
        raise Refused("hash_conflict")
    state.update_view(found, body_of(state, needed(arguments, "view"), found.kind, besides=found))
    return _answer(found)


def views_publish(state: State, arguments: Json) -> Json:
    """Show a home tab to one user."""
    user = known_user(state, needed(arguments, "user_id"))
    old = next((v for v in state.views.values() if v.user == user.id and v.kind == "home" and v.open), None)
    body = body_of(state, needed(arguments, "view"), "home", besides=old)
    if old is None:
        return _answer(state.show(user.id, body))
    if arguments.get("hash") and arguments["hash"] != old.hash:
        raise Refused("hash_conflict")
    state.update_view(old, body)
    return _answer(old)


VIEWS: dict[str, tuple[Method, str]] = {
    "views.open": (views_open, ""),
    "views.push": (views_push, ""),
    "views.update": (views_update, ""),
    "views.publish": (views_publish, ""),
}
