"""The constructs of the language that random questions must reach: of the grammar as written, and of the checked rules."""

from __future__ import annotations

CONSTRUCTS = frozenset(
    one.strip()
    for one in """
Aggregate count of all | Aggregate count where | Aggregate max of all | Aggregate max where | Aggregate min of all | Aggregate min
where | Aggregate sum of all | Aggregate sum where | All | AnyCell | Between | Bundle | Bundle in versions | Call absolute | Call day
| Call end-of-month | Call highest | Call lowest | Call month | Call start-of-month | Call year | Choice | Compare < | Compare <= |
Compare = | Compare > | Compare >= | ConditionCell | Constant Bool | Constant Date | Constant Days | Constant Enum | Constant Money |
Constant Number | Constant Percent | Constant Period | Constant Price | Constant Quantity | Constant Text | Decision | Decision
exactly one otherwise | Decision exactly one without otherwise | Decision first match otherwise | Decision first match without
otherwise | Decision highest of otherwise | Decision same result otherwise | Decision same result without otherwise | Decision with
dated rules | Definition | Definition always | Definition in versions | Definition when | Discount | Discount in versions | Discount
of Money | Discount of Money with a cap | Discount of Percent | Discount of Percent with a cap | Discount that is overridden | Either
| Fact Bool | Fact Date | Fact Days | Fact Enum | Fact Money | Fact Number | Fact Percent | Fact Period | Fact Price | Fact Quantity |
Fact Text | IntervalsCell | IntervalsCell negated | Known | Lookup of all days | Lookup on a day | Negative | Not | OneOf | PercentOf
| Price flat | Price graduated | Price graduated with flat amounts | Price in versions | Price volume | Price volume with flat amounts
| Product dividing before it multiplies | Product dividing last | Product without division | Result Amount | Result Bool | Result Date
| Result Days | Result Money | Result Number | Result Percent | Result Period | Result Price | Result Quantity | Result Text | Rounded
Money | Rounded Number | Rounded Price | Rounded Quantity | Rounded down | Rounded half even | Rounded half up | Rounded to cent |
Rounded to euro | Rounded to unit | Rounded up | Stacking | Stacking in versions | Sum date + days | Sum date + months | Sum date -
date | Sum date - days | Sum date - months | Sum of amounts + | Sum of amounts - | Sum of days or months | Table | Table exactly one |
Table first match | Table highest of | Table same result | Table with dated rows | ValuesCell | ValuesCell negated | written Aggregate
| written Aggregate kind count | written Aggregate kind max | written Aggregate kind min | written Aggregate kind sum | written And |
written Anything | written Between | written Between is_negated False | written Between is_negated True | written BundleBlock |
written BundleBlock allocate in proportion to list price | written BundleBlock allocate to the first part | written BundlePart |
written Call | written Charge | written Charge per 4 weeks | written Charge per day | written Charge per half-year | written Charge
per month | written Charge per once | written Charge per quarter | written Charge per week | written Charge per year | written Choices
| written Choices is_negated False | written Choices is_negated True | written Column | written Column kind because | written Column
kind name | written Column kind valid | written Compare | written Compare comparison < | written Compare comparison <= | written
Compare comparison <> | written Compare comparison = | written Compare comparison > | written Compare comparison >= | written
Comparing | written Comparing comparison < | written Comparing comparison <= | written Comparing comparison > | written Comparing
comparison >= | written Counted | written Counted unit seat | written Counted unit seats | written DateLiteral | written DecisionBlock
| written DecisionRule | written DefineBlock | written DiscountBlock | written Duration | written Duration unit days | written
Duration unit months | written Except | written Factor | written Factor divides False | written Factor divides True | written Head |
written Head kind bundle | written Head kind decision | written Head kind define | written Head kind discount | written Head kind
increment | written Head kind price | written Head kind rule | written Head kind stacking | written Head kind table | written If |
written IncrementBlock | written Known | written Known is_negated False | written Known is_negated True | written MoneyLiteral |
written MoneyLiteral per seat | written Negative | written Not | written Number | written Of | written OneOf | written OneOf
is_negated False | written OneOf is_negated True | written Or | written Percentage | written Policy | written PriceBlock | written
Product | written Range | written Rounded | written Rounded mode down | written Rounded mode half even | written Rounded mode half up
| written Rounded mode up | written Rounded to cent | written Rounded to euro | written Rounded to unit | written Row | written
Setting | written StackingBlock | written StackingBlock apply on the list price | written StackingBlock apply one after the other |
written StackingGroup | written StackingGroup mode added together | written StackingGroup mode best for the customer | written
StackingGroup mode highest priority | written Sum | written TableBlock | written Term | written Term is_subtracted False | written
Term is_subtracted True | written TextLiteral | written Tier | written TierColumn | written TierColumn kind flat | written TierColumn
kind price | written Tiers | written Tiers mode graduated | written Tiers mode volume | written TypeName | written Validity | written
Word | written clause because | written clause dated_by | written clause name | written clause overrides | written clause title |
written clause validity | written clause when | written policy all matches | written policy exactly one | written policy first match |
written policy highest of | written policy same result
""".replace("\n", " ").split(" | ")
)
