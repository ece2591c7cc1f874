from tests.growth import grows_no_more_than


def work(steps: int) -> None:
    for step in range(steps):
        hash(step)


def test_what_grows_with_its_input_is_told_from_what_grows_with_its_square():
    assert grows_no_more_than(2.8, small=lambda: work(20_000), large=lambda: work(40_000), more=0.001)
    assert not grows_no_more_than(7, small=lambda: work(100**2), large=lambda: work(400**2), more=0.001)
