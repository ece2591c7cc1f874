"""Letters make sense whatever is not known: no empty name, no certainty of nought, no sentence without words."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.replies.rules.values import NewsKind
from tests.replies.letters import compose
from tests.replies.test_wording import LOST, any_news, news_of, parcels

odd_parcels = st.builds(
    replace,
    parcels,
    carrier_name=st.sampled_from(["", "USPS"]),
    items=st.sampled_from([(), LOST.items]),
    probability_percent=st.sampled_from([0, 1, 55, 99]),
)
# An empty name, a certainty of nought, two spaces, a sentence without words, a mark that ends nothing.
SENSELESS = re.compile(r"  | [.,;]|[.:] ?\.|“ ?”|« ?»|\(\)|\b0.%|, ?[.:]|: +$|^\W*$|\bNone\b", re.MULTILINE)


@settings(max_examples=300, deadline=None)
@given(
    st.builds(
        replace,
        any_news,
        parcels=st.lists(odd_parcels, min_size=1, max_size=3).map(tuple),
        customer_name=st.sampled_from(["", " ", "Ada  Marsh", "Anna Reader"]),
        link=st.just("https://shop.example/o/10482?key=9"),
        helper_name=st.sampled_from([None, "", "Ruth"]),
    )
)
def test_every_letter_makes_sense_whatever_is_not_known(news):
    draft = compose(news)
    assert [words for part in draft.paragraphs for words in SENSELESS.findall(part.text)] == []
    assert all(paragraph.text for paragraph in draft.paragraphs)


@pytest.mark.parametrize(("percent", "said"), [(79, "may be lost"), (80, "is most likely lost")])
def test_most_likely_is_said_from_eighty_percent_on(percent, said):
    parcel = replace(LOST, state="lost", probability_percent=percent)
    assert said in compose(news_of(NewsKind.IN_DANGER, parcels=(parcel,))).text
