"""The style sheet of a rehearsal's page: the detail page's, and what tables of teams need."""

from scoring_program.page.style import STYLE as DETAIL_STYLE

_OWN = """
main{max-width:1080px}
header .lead{color:var(--soft)}
nav{margin-top:10px;display:flex;flex-wrap:wrap;gap:4px 18px}
a{color:var(--xnli)}
.phase{scroll-margin-top:12px;margin-bottom:48px}
.stacked{display:grid;grid-template-columns:minmax(0,1fr);gap:12px}
.scroll{overflow-x:auto}
.picture{overflow-x:auto;background:#fff}.picture svg{margin-inline:auto}
td,th{padding:6px 10px;vertical-align:top;overflow-wrap:normal}
thead th{vertical-align:bottom}td code{overflow-wrap:anywhere}
.numbers :is(th,td){text-align:right}.numbers :is(th,td):nth-child(2){text-align:left}.numbers td{white-space:nowrap}
.numbers tr>:first-child{text-align:left}
.numbers td:nth-child(2){white-space:normal}.attempts td:nth-child(4){min-width:200px}
.team{display:inline-block;min-width:120px;max-width:260px;font-weight:600;text-align:left;overflow-wrap:anywhere}
.state{border-radius:99px;padding:1px 10px;font-size:13px;font-weight:600;white-space:nowrap}
.fine{background:var(--good-paper);color:var(--good)}.off{background:var(--warn-paper);color:var(--warn)}
summary{cursor:pointer}summary h3{display:inline}details ol{margin:12px 0 0;padding-left:28px;font-size:14px}
@media (max-width:560px){td,th{padding:5px 6px}.team{min-width:100px}}
@media print{.phase+.phase{break-before:page}.scroll,.picture{overflow:visible}.card{break-inside:auto}
.picture{break-inside:avoid}.picture svg{min-width:0!important;max-width:100%!important;max-height:11cm}
td,th{padding:3px 5px}table,details ol{font-size:10px}thead th,.state{font-size:9px}.team{min-width:60px}
.attempts td:nth-child(4){min-width:0}nav{display:none}}
"""

STYLE = DETAIL_STYLE + _OWN.replace("\n", "")
