# SPDX-License-Identifier: GPL-2.0
"""Instructions per packet over the number of SAs, as SVG."""
import math

WIDTH, HEIGHT, MARGIN = 460, 300, 60
COLOURS = {"stock": "#888888", "idle": "#555555", "pcpu": "#c03028",
           "direct": "#e08020", "native": "#3060b0", "fwmark": "#509040"}


def _scale(value, low, high, size):
    span = math.log(high / low) or 1
    return size * math.log(value / low) / span


def _panel(results, mode, what, left):
    sides = {}
    for r in results:
        value = getattr(r, what)
        if r.mode == mode and r.cipher == "null" and value:
            sides.setdefault(r.side, []).append((r.sas, value))
    if not sides:
        return []
    values = [v for points in sides.values() for _, v in points]
    counts = sorted({n for points in sides.values() for n, _ in points})
    low, high = min(values) / 1.2, max(values) * 1.2
    inner_width, inner_height = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN

    def x(count):
        return left + MARGIN + _scale(count, counts[0], counts[-1], inner_width)

    def y(value):
        return HEIGHT - MARGIN - _scale(value, low, high, inner_height)

    title = "instructions per look-up" if what == "lookup" else "instructions per packet"
    svg = [f'<text x="{left + WIDTH / 2}" y="24" text-anchor="middle">'
           f'{mode}: {title}</text>']
    for count in counts:
        svg.append(f'<text x="{x(count):.0f}" y="{HEIGHT - MARGIN + 18}" '
                   f'text-anchor="middle">{count}</text>')
    tick = 10 ** math.ceil(math.log10(low))
    while tick <= high:
        svg.append(f'<line x1="{left + MARGIN}" x2="{left + WIDTH - MARGIN}" '
                   f'y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="#ddd"/>'
                   f'<text x="{left + MARGIN - 6}" y="{y(tick) + 4:.1f}" '
                   f'text-anchor="end">{tick:,.0f}</text>')
        tick *= 10
    for i, (side, points) in enumerate(sides.items()):
        points.sort()
        path = " ".join(f"{x(n):.1f},{y(v):.1f}" for n, v in points)
        svg.append(f'<polyline points="{path}" fill="none" stroke-width="2" '
                   f'stroke="{COLOURS[side]}"/>')
        svg.append(f'<text x="{left + MARGIN + 8}" y="{MARGIN + 14 * i}" '
                   f'fill="{COLOURS[side]}">{side}</text>')
    return svg


def render(results):
    """A panel for each of the modes that the number of SAs changes."""
    panels = [("unconnected", "lookup"), ("unconnected", "total"),
              ("forwarded", "total")]
    svg = [f'<svg xmlns="http://www.w3.org/2000/svg" '
           f'width="{WIDTH * len(panels)}" height="{HEIGHT}" '
           'font-family="sans-serif" font-size="12">',
           '<rect width="100%" height="100%" fill="white"/>']
    for i, (mode, what) in enumerate(panels):
        svg += _panel(results, mode, what, i * WIDTH)
    return "\n".join(svg + ["</svg>", ""])
