"""Mutations that no test once caught, and the test that catches each now: `scripts/mutations` plants them.

A mutation is written as the line that stands and what it becomes. Where that line is gone, the mutation is written anew
for what took its place, or goes with it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """`sound` occurs once in `file`; with `faulty` in its place, `caught_by` fails."""

    name: str
    file: str
    sound: str
    faulty: str
    caught_by: str


MUTATIONS = (
    Mutation(
        name="any count up to 999 is supported",
        file="makegood/replies/rules/counts.py",
        sound="    return tuple(each for kind in kinds for each in records.counts.get(Count(number, kind), ()))",
        faulty="    return tuple(e for of in records.counts.values() for e in of) if number <= 999 else ()",
        caught_by="tests/cases/test_truth_check.py -k held_against_what_is_counted",
    ),
    Mutation(
        name="a record of any order supports words about another",
        file="makegood/replies/rules/truth.py",
        sound="else _is_about(each.about, subjects)",
        faulty="else True",
        caught_by="tests/cases/test_truth_check.py -k supports_nothing_about_another",
    ),
    Mutation(
        name="the route is preferred whose rate is the smaller number, in whichever currency",
        file="makegood/remedies/rules/sending.py",
        sound="(route.arrives_date, route.rate.currency != currency, _rank(route))",
        faulty="(route.arrives_date, _rank(route))",
        caught_by="tests/remedies/test_wide_world.py -k own_currency",
    ),
    Mutation(
        name="a case is due by what is owed, whatever is in danger before",
        file="makegood/cases/rules.py",
        sound="min(waiting + [each.due_at for each in danger if not each.is_broken])",
        faulty="min(waiting)",
        caught_by="tests/cases/test_wide_world.py -k first_of_both",
    ),
    Mutation(
        name="a letter that came back before it was written down as sent counts as sent",
        file="makegood/channels/actions.py",
        sound="if message.state != MessageState.BOUNCED:",
        faulty="if message.state:",
        caught_by="tests/channels/test_actions.py -k before_we_have_written_down",
    ),
    Mutation(
        name="what the customer knows to be late is no news any more after a fortnight",
        file="makegood/cases/rules.py",
        sound="not told_as_broken and (is_fresh or NewsKind.BROKEN in heard)",
        faulty="not told_as_broken and is_fresh",
        caught_by="tests/cases/test_wide_world.py -k however_long_ago",
    ),
    Mutation(
        name="a refund is named for the tender that least was paid with",
        file="makegood/remedies/rules/tenders.py",
        sound="key=lambda each: (-each.took.amount_minor,",
        faulty="key=lambda each: (each.took.amount_minor,",
        caught_by="tests/remedies/test_wide_world.py -k most_was_paid",
    ),
    Mutation(
        name="a perk is good for eighteen days",
        file="makegood/remedies/rules/perks.py",
        sound="PERK_DAYS = 183",
        faulty="PERK_DAYS = 18",
        caught_by="tests/remedies/test_wide_world.py -k half_a_year",
    ),
    Mutation(
        name="what is late and moves has no remedy",
        file="makegood/remedies/rules/trouble.py",
        sound="return self.is_late or self.is_in_danger",
        faulty="return self.is_in_danger",
        caught_by="tests/remedies/test_wide_world.py -k though_it_moves",
    ),
    Mutation(
        name="asked to sweep, we do not wait for the worker's sweep",
        file="makegood/wiring.py",
        sound="with sql.held(SWEEPING):",
        faulty="if SWEEPING:",
        caught_by="tests/faces/api/test_sweep.py",
    ),
    Mutation(
        name="a part of the product hears the terminal's Ctrl-C by itself",
        file="makegood/supervising.py",
        sound="process_group=0,",
        faulty="",
        caught_by="tests/crashes/test_up.py -k ctrl_c_while",
    ),
    Mutation(
        name="the silence of a carrier that tells nothing of anybody counts against each of its parcels",
        file="makegood/parcels/rules/hearing.py",
        sound="    if heard.told_until is None:",
        faulty="    if True:",
        caught_by="tests/parcels/test_rules_hearing.py -k fallen_silent",
    ),
    Mutation(
        name="twenty boxes of one customer make an outage",
        file="makegood/parcels/hearing.py",
        sound='values("customer_id").distinct()',
        faulty='values("parcel_id").distinct()',
        caught_by="tests/parcels/test_hearing.py -k lost_together",
    ),
    Mutation(
        name="a file of scans is heard for ever",
        file="makegood/faces/api/loading.py",
        sound="        return scans_in_a_file()",
        faulty="        return KINDS[name]",
        caught_by="tests/importing/test_import.py -k as_the_carrier_writes",
    ),
)
