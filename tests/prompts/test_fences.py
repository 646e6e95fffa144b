"""Fenced blocks are those that a CommonMark parser finds, where the text is CommonMark."""

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from prompts.fences import fenced_blocks

lines = st.sampled_from(["x = 1", "", "    y", "text", "`", "``", "# h", "a > b"])
fences = st.tuples(st.sampled_from("`~"), st.integers(3, 5), st.integers(0, 3))


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Prose and blocks; a block may be left open at the end."""
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        parts += draw(st.lists(st.sampled_from(["prose", "", "more `code` here"]), max_size=2))
        sign, count, indent = draw(fences)
        other = draw(st.sampled_from(["~~~", "```", "````"]))
        body = draw(st.lists(lines, max_size=4))
        if other[0] != sign or len(other) < count:
            body.insert(0, other)  # neither kind nor length closes the block
        info = draw(st.sampled_from(["", "python", "py title=a"]))
        end = sign * (count + draw(st.integers(0, 2))) + draw(st.sampled_from(["", "  "]))
        parts += [" " * indent + sign * count + info, *body, " " * draw(st.integers(0, 3)) + end]
    if draw(st.booleans()):
        parts += ["", "~~~~", *draw(st.lists(lines, max_size=3))]
    quote = draw(st.sampled_from(["", "> ", "> > "]))
    return "\n".join(quote + part for part in parts)


@settings(max_examples=300, deadline=None)
@given(documents())
def test_blocks_are_those_of_a_commonmark_parser(text: str) -> None:
    parser = MarkdownIt("zero").enable(["fence", "blockquote"])
    expected = [token for token in parser.parse(text) if token.type == "fence"]
    blocks, _ = fenced_blocks(text)
    found = [(block.info, block.text.strip("\n").split("\n")) for block in blocks]
    assert found == [(token.info.strip(), token.content.strip("\n").split("\n")) for token in expected]
