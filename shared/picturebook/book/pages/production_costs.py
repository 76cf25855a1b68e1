"""The costs of a book in the production view: by kind, next to the estimate, with unknown costs as unknown. Pure."""

from __future__ import annotations

from decimal import Decimal

from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.book.pages.markup import bar, safe_text
from picturebook.models.pictures import Costs

_SMALLEST_SHOWN = Decimal("0.0001")
_HEADINGS = ("Text in", "Image in", "Image out", "Chat", "Total")
_UNKNOWN = '<td class="unknown">unknown</td>'


def usd(amount: Decimal) -> str:
    """Return an amount as text; a very small amount is not shown as zero."""
    if not amount:
        return "$0"
    sign, size = ("-" if amount < 0 else ""), abs(amount)
    return f"{sign}${size:,.4f}" if size >= _SMALLEST_SHOWN else f"{sign or '< '}${_SMALLEST_SHOWN}"


def is_cost_unknown(picture: ManifestPicture) -> bool:
    """Say whether an unknown amount may have been paid for a picture."""
    return picture.lost_calls > 0 or _total_of(picture) is None


def picture_costs(picture: ManifestPicture) -> str:
    """Return the table of one picture's costs."""
    rows = [*zip(_HEADINGS, (*_by_kind(_costs_of(picture)), _total_of(picture)), strict=True)]
    rows.append(("Estimate, at most", picture.worst_cost_usd))
    cells = "".join(f'<tr><th scope="row">{name}</th>{_cell(amount)}</tr>' for name, amount in rows)
    return f'<table class="costs"><caption>Cost</caption>{cells}</table>'


def book_costs(manifest: Manifest) -> str:
    """Return the table of the whole book's costs by part and kind."""
    shown, bible = _sum_of_pictures(manifest), manifest.bible_costs
    shown_usd = _sum([_total_of(picture) for picture in manifest.pictures])
    rows = [_row("Pictures shown here", shown, shown_usd)]
    if bible:
        rows.append(_row("Words of the bible", bible, bible.total))
    total = manifest.costs or Costs()
    rest = _difference(manifest.cost_usd, shown_usd, bible.total if bible else Decimal(0))
    if rest or (rest is None and manifest.version > 1):
        parts = zip(*map(_by_kind, (total, shown, bible or Costs.of())), strict=True)
        names = Costs.model_fields
        by_kind = Costs(**dict(zip(names, (_difference(*part) for part in parts), strict=True)))
        rows.append(_row("Other takes of the same pictures", by_kind, rest))
    headings = "".join(f'<th scope="col">{heading}</th>' for heading in _HEADINGS)
    return (
        f'<table class="account"><thead><tr><td></td>{headings}</tr></thead><tbody>{"".join(rows)}</tbody>'
        f"<tfoot>{_row('The whole book', total, manifest.cost_usd)}</tfoot></table>"
    )


def estimate_beside_actual(manifest: Manifest) -> str:
    """Return a sentence with the book's cost and its estimated maximum cost."""
    actual, most = manifest.cost_usd, manifest.worst_cost_usd
    estimate = f"estimated at most {usd(most)}" if most is not None else "the estimate is unknown"
    sentence = f'<strong class="amount">{safe_text(_actual(manifest))}</strong>, {estimate}'
    if actual is None or not most:
        return f"<p>{sentence}.</p>"
    return f"<p>{sentence}: {actual / most:.0%} of it. {bar(float(actual / most))}</p>"


def _actual(manifest: Manifest) -> str:
    if manifest.cost_usd is not None:
        return usd(manifest.cost_usd)
    parts = [*map(_costs_of, manifest.pictures), manifest.bible_costs or Costs()]
    known = sum((amount for costs in parts for amount in _by_kind(costs) if amount is not None), Decimal(0))
    return f"unknown, {usd(known)} at the least" if known else "unknown"


def _may_have_cost(picture: ManifestPicture) -> bool:
    return picture.attempts > 0 or picture.lost_calls > 0


def _costs_of(picture: ManifestPicture) -> Costs:
    if picture.costs:
        return picture.costs
    return Costs() if _may_have_cost(picture) else Costs.of()


def _total_of(picture: ManifestPicture) -> Decimal | None:
    return picture.cost_usd if picture.cost_usd is not None or _may_have_cost(picture) else Decimal(0)


def _sum_of_pictures(manifest: Manifest) -> Costs:
    total = Costs.of()
    for picture in manifest.pictures:
        costs = _costs_of(picture)
        # A lost call may have been billed too.
        total += Costs(chat=costs.chat) if picture.lost_calls else costs
    return total


def _by_kind(costs: Costs) -> tuple[Decimal | None, ...]:
    return (costs.text_in, costs.image_in, costs.image_out, costs.chat)


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def _difference(whole: Decimal | None, *parts: Decimal | None) -> Decimal | None:
    taken = _sum([*parts])
    return None if whole is None or taken is None else whole - taken


def _row(name: str, costs: Costs, total: Decimal | None) -> str:
    cells = "".join(map(_cell, (*_by_kind(costs), total)))
    return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _cell(amount: Decimal | None) -> str:
    return _UNKNOWN if amount is None else f"<td>{safe_text(usd(amount))}</td>"
