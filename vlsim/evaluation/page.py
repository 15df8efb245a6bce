"""The look of the report: one page of HTML that asks the network for nothing."""

from html import escape

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fcfcfb; --card: #ffffff; --ink: #1d2126; --soft: #626b76; --line: #e3e6e9;
  --main: #0b6bcb; --band: #b9d7f5; --muted: #8a939e; --muted-band: #d9dde2;
  --good: #16794c; --warn: #8a5a00; --warn-paper: #fff6e0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1b1f24; --ink: #e7eaee; --soft: #9ba5b0; --line: #2d333a;
    --main: #6db3ff; --band: #1f4368; --muted: #7d8793; --muted-band: #343b43;
    --good: #5fd098; --warn: #f1c36b; --warn-paper: #33290f;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2.5rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
main { max-width: 68rem; margin: 0 auto; }
header p { margin: 0; color: var(--soft); }
h1 { margin: .1rem 0 .3rem; font-size: 2rem; line-height: 1.2; letter-spacing: -.015em; }
h1 small { color: var(--soft); font-size: 1.35rem; font-weight: 500; }
h2 { margin: 2.6rem 0 .3rem; font-size: 1.25rem; letter-spacing: -.01em; }
h2 + p { margin: 0 0 .9rem; color: var(--soft); max-width: 48rem; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .42rem .8rem; text-align: left; white-space: nowrap; vertical-align: middle; }
th { color: var(--soft); font-weight: 500; font-size: .82rem; vertical-align: bottom; }
th.number, td.number { text-align: right; }
tbody tr { border-top: 1px solid var(--line); }
tbody tr.first { border-top: 2px solid var(--line); }
tbody tr.group td { padding-top: .8rem; font-weight: 650; white-space: normal;
  overflow-wrap: anywhere; }
tbody tr.group + tr { border-top: 0; }
tr.muted td { color: var(--soft); }
td .range { color: var(--soft); margin-left: .35rem; }
.tag { margin-left: .45rem; padding: .05rem .42rem; border: 1px solid var(--line);
  border-radius: 99px; color: var(--soft); font-size: .74rem; font-weight: 500; }
svg { display: block; }
svg.axis text { fill: var(--soft); font-size: 10.5px; }
svg.bar .tick { stroke: var(--line); }
svg.bar .zero { stroke: var(--muted); }
svg.bar .band { fill: var(--band); }
svg.bar .dot { fill: var(--main); }
svg.bar.muted .band { fill: var(--muted-band); }
svg.bar.muted .dot { fill: var(--muted); }
.warning { margin: 1.2rem 0 0; padding: .7rem 1rem; border-radius: 10px;
  background: var(--warn-paper); color: var(--warn); }
.gallery { display: grid; gap: 1.1rem;
  grid-template-columns: repeat(auto-fill, minmax(30rem, 1fr)); }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  overflow: hidden; }
figure img { display: block; width: 100%; background: #181a1e; }
figcaption { padding: .65rem .9rem .8rem; }
figcaption .said { font-weight: 600; }
figcaption .where { color: var(--soft); font-size: .86rem; overflow-wrap: anywhere; }
a { color: var(--main); }
details { margin-top: .8rem; }
summary { cursor: pointer; color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: .6rem 0 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, "SFMono-Regular", Menlo, "DejaVu Sans Mono", monospace; }
@media (max-width: 40rem) { .gallery { grid-template-columns: 1fr; } body { padding-top: 1.2rem; } }
"""


def page(title: str, body: str) -> str:
    """Return a whole HTML document.

    The policy in its head forbids everything but the style and pictures that it carries itself, so
    that not even a forged name of a policy could load something.
    """
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
