"""`kb decision`: the group, and what its commands share."""

import typer

from envkb.cli import (
    decision_change,
    decision_check,
    decision_graph,
    decision_import,
    decision_list,
    decision_new,
    decision_show,
)

group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
group.command("new")(decision_new.run)
group.command("accept")(decision_change.accept)
group.command("reject")(decision_change.reject)
group.command("supersede")(decision_change.supersede)
group.command("deprecate")(decision_change.deprecate)
group.command("link")(decision_change.link)
group.command("list")(decision_list.run)
group.command("show")(decision_show.run)
group.command("check")(decision_check.run)
group.command("graph")(decision_graph.run)
group.command("import")(decision_import.run)
