"""Lines keep to their width, and what is left out leaves a trace."""

from vlsim.video.lettering import cut, font_of, wrap


def test_lines_hold_every_word_in_order_and_keep_to_the_width() -> None:
    words = "put the small yellow cylinder behind the large purple drawer"
    lines = wrap(words, 18, 200)
    assert " ".join(lines) == words
    assert all(font_of(18).getlength(line) <= 200 for line in lines)
    assert wrap(words, 18, 10) == words.split()
    assert wrap("", 18, 10) == [""]


def test_a_line_takes_every_word_that_fits() -> None:
    room = font_of(18).getlength("put the cube")
    assert wrap("put the cube", 18, int(room) + 1) == ["put the cube"]
    assert wrap("put the cube", 18, int(room) - 1) == ["put the", "cube"]


def test_what_is_cut_off_leaves_an_ellipsis_that_keeps_to_the_width() -> None:
    lines = wrap("a very long sentence " * 9, 11, 120)
    found = cut(lines, 2, 11, 120)
    assert found[0] == lines[0]
    assert found[1].endswith(" …")
    assert font_of(11).getlength(found[1]) <= 120
    assert cut(lines, len(lines), 11, 120) == lines
