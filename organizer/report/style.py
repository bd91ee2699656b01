"""The report's style sheet: the rehearsal page's, and what heat tables, long tables and print need."""

from organizer.rehearsal.page_style import STYLE as TABLE_STYLE
from organizer.report.heat import LEVELS


def _mixed(level: int) -> str:
    """A shade between a very light and a dark blue, with a text colour of enough contrast (WCAG: 4.5 to 1)."""
    light, dark = (238, 243, 251), (11, 60, 111)
    share = level / (LEVELS - 1)
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(light, dark, strict=True))
    return f".h{level}{{background:#{red:02x}{green:02x}{blue:02x};color:{'#10151f' if share < 0.7 else '#fff'}}}"


_OWN = """
.note{font-size:14px;margin:-6px 0 12px;max-width:80ch}.picture text{unicode-bidi:embed}
.lead+.lead{margin-top:4px}.notice{margin-top:16px}.notice p+p{margin-top:6px}
.heat :is(th,td){padding:3px 7px}.heat td{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.heat thead th{text-align:right;min-width:64px}.heat thead th:first-child{text-align:left}
.heat tbody th{position:sticky;left:0;background:var(--card);white-space:nowrap;text-align:left}
.heat .team{min-width:0;max-width:110px}.heat.tasks .team{min-width:100px;max-width:220px;white-space:normal}
.heat tbody tr+tr>*{border-top:1px solid var(--card)}
.columns{display:grid;gap:12px;grid-template-columns:minmax(0,1fr) minmax(0,1fr);align-items:start}
.words td{white-space:normal;text-align:left;min-width:120px;overflow-wrap:anywhere}.amount{white-space:nowrap}
.words td:first-child{min-width:90px}
.words :is(th){text-align:left}.measure{display:inline-block;height:9px;border-radius:3px;background:var(--xnli);
margin-right:8px;vertical-align:baseline}.unmeasured{color:var(--soft);font-style:italic}
.move-up{color:var(--good);font-weight:640}.move-down{color:var(--bad);font-weight:640}
@media (max-width:860px){.columns{grid-template-columns:minmax(0,1fr)}}
@media (max-width:560px){.heat .own{display:none}.heat tbody th{white-space:normal;min-width:84px}
.heat :is(th,td){padding:3px 5px}}
@media print{.columns{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}.heat tbody th{position:static}
.heat :is(th,td){padding:1px 4px;font-size:9px}.heat .own{display:none}.heat thead th{min-width:0}
.heat .team{max-width:62px}.heat.tasks .team{max-width:160px}.phase+.phase{break-before:auto}
.words td{min-width:0}.words td:first-child{min-width:0}
details>*{display:block!important}details::details-content{content-visibility:visible!important;display:block}
summary{list-style:none}@page{margin:14mm 12mm}}
"""

STYLE = TABLE_STYLE + _OWN.replace("\n", "") + "".join(map(_mixed, range(LEVELS)))
