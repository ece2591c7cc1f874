import structlog

from makegood.logging import quieten


def test_what_nobody_expected_is_logged_with_its_place_and_nothing_that_variables_held(capsys):
    quieten()
    address = "12 Orchard Street"
    try:
        int(address[3:])
    except ValueError:
        structlog.get_logger().exception("failed", order=17)
    said = capsys.readouterr().err
    assert "failed" in said
    assert "order=17" in said
    assert "ValueError" in said
    assert "12 Orchard" not in said
