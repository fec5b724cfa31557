"""Growth as a picture: an SVG with one line for each series, its legend, and axes from zero."""
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 360, 60, 20, 20, 90
COLOURS = ("#0b62a4", "#2e7d32", "#b26a00", "#6a1b9a")
STYLE = ("svg{background:#fff;font:13px system-ui,sans-serif}text{fill:#1c2733}.axis{stroke:#55606c;stroke-width:1.5}"
         ".grid{stroke:#dde1e6}.line{fill:none;stroke-width:2.5}")


def steps(top):
    """Round numbers from 0 to at least top, four to ten of them."""
    size = 10 ** math.floor(math.log10(top))
    size = next(each for each in (size / 5, size / 2, size, size * 2) if top / each <= 8)
    return [size * number for number in range(math.ceil(top / size - 1e-9) + 1)]


def picture(series):
    """The SVG of one series of growth.py."""
    log = series["scale"] == "log"
    points = [point for _, line in series["lines"] for point in line]
    ticks = steps(max(y for _, y in points))
    xs = sorted({x for x, _ in points})
    low, high = (math.log(xs[0]), math.log(xs[-1])) if log else (0, xs[-1])

    def across(x):
        return LEFT + (WIDTH - LEFT - RIGHT) * ((math.log(x) if log else x) - low) / max(high - low, 1e-9)

    def down(y):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * y / ticks[-1]

    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img">'
           % (WIDTH, HEIGHT, WIDTH, HEIGHT),
           "<title>Time over %s, as a multiple of the first point</title>" % escape(series["axis"]),
           "<style>%s</style>" % STYLE]
    for tick in ticks:
        out.append('<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>' % (LEFT, down(tick), WIDTH - RIGHT, down(tick)))
        out.append('<text x="%d" y="%.1f" text-anchor="end">%g</text>' % (LEFT - 8, down(tick) + 4, round(tick, 6)))
    shown = -math.inf
    for x in xs:
        if across(x) - shown >= 42:
            shown = across(x)
            out.append('<text x="%.1f" y="%d" text-anchor="middle">%g</text>' % (shown, HEIGHT - BOTTOM + 18, x))
    out.append('<path class="axis" fill="none" d="M%d %dV%dH%d"/>' % (LEFT, TOP, HEIGHT - BOTTOM, WIDTH - RIGHT))
    out.append('<text x="%d" y="%d" text-anchor="middle">%s</text>'
               % ((LEFT + WIDTH - RIGHT) // 2, HEIGHT - BOTTOM + 38, escape(series["axis"])))
    out.append('<text x="16" y="%d" text-anchor="middle" transform="rotate(-90 16 %d)">times the first point</text>'
               % ((TOP + HEIGHT - BOTTOM) // 2, (TOP + HEIGHT - BOTTOM) // 2))
    for number, (label, line) in enumerate(series["lines"]):
        colour = COLOURS[number % len(COLOURS)]
        out.append('<polyline class="line" stroke="%s" points="%s"/>'
                   % (colour, " ".join("%.1f,%.1f" % (across(x), down(y)) for x, y in line)))
        out += ['<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>' % (across(x), down(y), colour) for x, y in line]
        at = LEFT + (WIDTH - LEFT - RIGHT) * number // len(series["lines"])
        out.append('<rect x="%d" y="%d" width="12" height="12" fill="%s"/>' % (at, HEIGHT - 32, colour))
        out.append('<text x="%d" y="%d">%s</text>' % (at + 18, HEIGHT - 21, escape(label)))
    return "\n".join(out + ["</svg>"]) + "\n"
