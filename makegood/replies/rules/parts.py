"""Which of the four parts somebody's own words have, heard by the turns of phrase people use for each.

It hears ordinary wording and judges nothing else: whether what is said is true is the truth check's to say.
"""

import re
from collections.abc import Mapping

from makegood.replies.rules.lexicon import any_of, base_of, fold
from makegood.replies.rules.values import Part


def _turns(*turns: str) -> re.Pattern[str]:
    """Any of the turns of phrase, as `fold` leaves them; `~` stands for up to four words in between."""
    between = r"(?:[\s,]+[\w'-]+){0,4}?[\s,]+"
    patterns = [r"\s+".join(turn.split()).replace(r"\s+~\s+", between) for turn in turns]
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


_ENGLISH = {
    Part.ACKNOWLEDGEMENT: _turns(
        r"sorry",
        r"apolog(?:y|ies|i[sz]e)",
        r"(?:i|we) (?:do |fully |completely |can |really )?(?:understand|hear you|see how)",
        r"(?:must|can) (?:be|have been|feel) (?:so |very |really )?(?:frustrating|disappointing|upsetting|annoying|worrying|hard)",
        r"how (?:frustrating|disappointing|upsetting|annoying|worrying)",
        r"you(?:'re| are) right",
        r"(?:i|we)(?:'d| would)? (?:be|feel) ~ (?:too|same)",
        r"(?:i|we) believe you",
        r"thank you for (?:\w+ )?(?:telling|writing|letting|waiting|your (?:message|patience))",
        r"thanks for (?:\w+ )?(?:telling|writing|letting|waiting|your (?:message|patience))",
        r"(?:isn't|is not|wasn't|was not) what ~ promised",
        r"should(?:n't| not| never)? have (?:\w+ )?(?:happened|to|been|had|waited|taken|arrived|gone)",
        r"(?:we|i)(?:'ve| have)? let you down",
        r"(?:we|i) (?:have )?(?:got|received|have|read) your (?:message|letter|mail|email|note)",
        r"my fault|our fault|our mistake|my mistake",
        r"(?:and it should have|it shouldn't have|they should have|they shouldn't have)",
        r"(?:it|they) (?:isn't|aren't) (?:with|there)",
    ),
}
