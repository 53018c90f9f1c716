"""Risks and decisions on the sample records, for the tests of what the site shows of them."""

from pathlib import Path

RISKS = {
    "cuda-not-seen": """\
---
statement: torch installed by uv cannot use the GPU
category: accelerators
owner: Ada Sample
review: 2027-05-01
impact: 4
impact_reason: training on the CPU takes days
scope: manager = uv
event:
  edges: any
  min_severity: major
prior: {mean: 0.3, weight: 4, source: project brief}
response: reduce
mitigation: check `torch.cuda.is_available()` after every change
triggers: [a new driver, a new torch]
tags: [cuda]
---
# torch installed by uv cannot use the GPU

Seen with [the decision on managers](../decisions/0001-which-manager.md), and [elsewhere](https://lab.example/).
""",
    "experiments-fail": """\
---
statement: An environment cannot be made at all
category: environments
owner: Grace Sample
review: 2026-01-01
impact: 2
impact_reason: somebody else has to help
scope: outcome = success or outcome = failure or outcome = partial
event: {outcomes: [failure]}
prior: {mean: 0.5, weight: 2, source: nobody knows yet}
response: accept
---
Text without a heading.
""",
    "team-adoption": """\
---
statement: The team does not take to the tool
category: people
owner: Ada Sample
review: 2027-05-01
impact: 5
impact_reason: it would all be for nothing
basis: judgement
judgement: {author: Ada Sample, reason: two of five have tried it, until: 2027-01-01, probability: 0.4}
response: reduce
---
""",
}

DECISIONS = {
    "0001-which-manager": """\
---
status: superseded
date: 2026-10-01
deciders: [Ada Sample]
superseded_by: [uv-for-cpu]
---
# Which manager

## Considered options

* conda
* uv

## Decision outcome

conda.
""",
    "0002-uv-for-cpu": """\
---
status: accepted
date: 2026-11-10
deciders: [Ada Sample, Grace Sample]
supersedes: [which-manager]
relates_to: [keep-conda]
review: 2027-02-01
assumptions:
  - id: it-works
    statement: uv makes environments that work
    check: {kind: successes, where: manager = uv, at_least: 0.99, records: 1}
  - id: few-edges
    statement: no edge case of the kind disk-full occurs
    check: {kind: edge, class: disk-full, where: manager = uv, expect: absent, records: 1}
  - id: much-faster
    statement: uv is twice as fast as conda
    check:
      kind: ratio
      benchmark: python/startup
      baseline: manager = conda
      candidate: manager = uv
      at_most: 0.5
  - id: soon
    statement: we look at it again before spring
    check: {kind: review_by, date: 2027-03-01}
---
# uv for CPU-only environments

## Considered options

* uv
* conda

## Decision outcome

uv. See [the risk](../risks/cuda-not-seen.md) and
<script>window.attacked(9)</script> [bad](javascript:window.attacked(8)).
""",
    "0003-keep-conda": """\
---
status: proposed
date: 2026-11-12
relates_to: [uv-for-cpu]
---
# Keep conda as a fallback

## Considered options

* keep it
* drop it
""",
}


def write_judged(root: Path) -> None:
    """Write the sample's risks and decisions into a knowledge base."""
    for folder, texts in (("risks", RISKS), ("decisions", DECISIONS)):
        place = root / "kb" / folder
        place.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (place / f"{name}.md").write_text(text, "utf-8")
