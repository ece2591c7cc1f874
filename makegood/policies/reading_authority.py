"""Who may grant what, as a version of a policy file writes it: what is amiss, and the same made into a value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from makegood.policies.records import AuthorityRuleRecord, LimitRecord, VersionRecord, WordsRecord
from makegood.policies.rules.conditions import findings
from makegood.policies.rules.values import Authority, Grantable, GrantRule, HoldRule, LimitRule, SecondRule, Words
from makegood.policies.rules.vocabulary import OF_GRANTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Amiss:
    """What is wrong with a rule of a version, and the way out: which one it is of which table, and its place in words.

    Without a `table` it is the version itself.
    """

    table: str = ""
    number: int = 0
    place: str
    reason: str


def says_who_may_grant(version: VersionRecord) -> bool:
    """Whether a version speaks of it at all; where none does, what ships with us counts."""
    return version.grants is not None


def amiss_in_authority(version: VersionRecord, names: set[str]) -> Iterator[Amiss]:
    """What is wrong with who may grant what; `names` are those of the rules before these, and grow by them."""
    if version.grants is None and (version.worth or version.limits or version.holds or version.seconds):
        reason = "it says how far grants go, and not who may grant anything; write [[version.grants]]"
        yield Amiss(place="grants", reason=reason)
    for table, rules in _tables(version).items():
        for number, rule in enumerate(rules):
            for reason in _reasons(rule, version, names):
                yield Amiss(table=table, number=number, place=rule.name, reason=reason)
            names.add(rule.name)
            for found in findings(_when(rule), vocabulary=OF_GRANTS, values={}) if _when(rule) else ():
                place, reason = f"{rule.name}.when", f"column {found.column}: {found.reason}"
                yield Amiss(table=table, number=number, place=place, reason=reason)


def authority_of(version: VersionRecord) -> Authority:
    return Authority(
        worth=tuple((version.worth or {}).items()),
        grants=tuple(
            GrantRule(name=each.name, who=tuple(each.who), remedies=_remedies(each), when=_when(each), up_to=each.up_to)
            for each in version.grants or ()
        ),
        limits=tuple(_limit(each) for each in version.limits),
        holds=tuple(
            HoldRule(
                name=each.name,
                who=tuple(each.who),
                remedies=_remedies(each),
                when=each.when,
                because=each.because,
                words=_words(each.words),
            )
            for each in version.holds
        ),
        seconds=tuple(
            SecondRule(
                name=each.name, who=tuple(each.who), remedies=_remedies(each), when=_when(each), above=each.above
            )
            for each in version.seconds
        ),
    )


def _limit(record: LimitRecord) -> LimitRule:
    return LimitRule(
        name=record.name,
        who=tuple(record.who),
        remedies=_remedies(record),
        when=_when(record),
        per=record.per,
        days=record.days,
        up_to=record.up_to,
        count=record.count,
        words=_words(record.words),
    )


def _tables(version: VersionRecord) -> Mapping[str, list[AuthorityRuleRecord]]:
    return {
        "grants": [*(version.grants or ())],
        "limits": [*version.limits],
        "holds": [*version.holds],
        "seconds": [*version.seconds],
    }


def _reasons(rule: AuthorityRuleRecord, version: VersionRecord, before: set[str]) -> Iterator[str]:
    if rule.name in before:
        yield "another rule has this name; a refusal is known by it, so give each its own"
    if isinstance(rule, LimitRecord) and rule.up_to is None and rule.count is None:
        yield "it limits nothing; write up_to, count, or both"
    for key in ("up_to", "above"):
        if getattr(rule, key, None) is not None and not version.worth:
            yield f"{key} is in the policy's own measure; write in [version.worth] what one of it is in each currency"


def _when(rule: AuthorityRuleRecord) -> str:
    return getattr(rule, "when", None) or ""


def _remedies(rule: AuthorityRuleRecord) -> tuple[Grantable, ...]:
    return tuple(rule.remedies or ())


def _words(record: WordsRecord | None) -> Words | None:
    return words_of(record) if record else None


def words_of(record: WordsRecord) -> Words:
    return Words(tuple((language, text) for language, text in record if text))
