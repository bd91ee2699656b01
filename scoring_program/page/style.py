"""The page's style sheet: light, dark and print, from 320 px up; no font and no picture is loaded."""

_LIGHT = """
--paper:#f5f6f8;--card:#fff;--ink:#15181e;--soft:#565d69;--line:#dde1e7;--grid:#e6e9ee;--base:#15181e;
--good:#0b6b43;--good-paper:#e3f4eb;--bad:#a3221c;--bad-paper:#fdeae8;--warn:#7a4b00;--warn-paper:#fdf1d8;
--xnli:#2563c9;--pawsx:#b8500f;--udpos:#0d7d63;--panx:#7d3fb8;--other:#7b8494;--startup:#464e5c;--loading:#a3733b;
"""
_DARK = """
--paper:#101317;--card:#191d23;--ink:#edf0f4;--soft:#a3abb8;--line:#2e343d;--grid:#262b33;--base:#edf0f4;
--good:#7ddcab;--good-paper:#12291f;--bad:#ff9f97;--bad-paper:#34191a;--warn:#f2c56b;--warn-paper:#2e2413;
--xnli:#76a5ff;--pawsx:#f09a5e;--udpos:#46c6a4;--panx:#c497f3;--other:#8690a0;--startup:#c3cad4;--loading:#d9b98c;
"""
_BASE = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);overflow-wrap:anywhere;
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
main{max-width:1320px;margin:0 auto;padding:clamp(16px,3vw,40px)}
h1,h2,h3,p,dl,dd,ul,figure{margin:0}
h1{font-size:clamp(24px,3.4vw,34px);line-height:1.2;letter-spacing:-.015em;font-weight:680}
h2{font-size:19px;line-height:1.3;letter-spacing:-.005em;font-weight:660}
h3{font-size:16px;line-height:1.3;font-weight:660}
code{font:.92em ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
section,header,.notice{margin-bottom:clamp(24px,3vw,36px)}
h2+*{margin-top:12px}
.soft,.eyebrow,.key,th,.own,.axis text,.foot{color:var(--soft)}
.eyebrow{font-size:14px;margin-bottom:10px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:clamp(14px,2vw,22px)}
.number,td,.time{font-variant-numeric:tabular-nums}
"""
_VERDICT = """
.verdict{border-radius:12px;padding:clamp(16px,2.4vw,28px);border:1px solid var(--line);background:var(--card);
border-left:6px solid var(--edge)}
.good{--edge:var(--good)}.bad{--edge:var(--bad)}.warn{--edge:var(--warn)}
.pill{display:inline-block;padding:2px 11px;border-radius:99px;font-size:14px;font-weight:640;margin:0 6px 12px 0}
.good .pill{background:var(--good-paper);color:var(--good)}
.bad .pill{background:var(--bad-paper);color:var(--bad)}
.warn .pill{background:var(--warn-paper);color:var(--warn)}
.verdict .plain{background:none;border:1px solid var(--line);color:var(--soft)}
.verdict h1::first-letter{text-transform:uppercase}
.lead{margin-top:8px;max-width:68ch}
.good{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:22px 48px}
.figures{display:flex;flex-wrap:wrap;gap:18px 48px}
.figures dt,.figures .soft{color:var(--soft);font-size:14px}
.figures .number{font-size:clamp(38px,4.6vw,54px);line-height:1.15;font-weight:690;letter-spacing:-.03em}
.facts{display:grid;grid-template-columns:minmax(96px,max-content) 1fr;gap:10px 24px;margin-top:20px;padding-top:18px;
border-top:1px solid var(--line)}
.facts dt{color:var(--soft)}
.notice{background:var(--warn-paper);color:var(--warn);border-radius:12px;padding:14px 18px}
.notice p{color:var(--ink);max-width:80ch}
"""
_TILES = """
.tiles{display:grid;gap:12px;grid-template-columns:repeat(12,1fr)}
.tile{grid-column:span 3;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px}
.tile dt{color:var(--soft);font-size:14px;display:flex;gap:8px;flex-wrap:wrap;align-items:baseline}
.tile .number{font-size:27px;line-height:1.25;font-weight:660;letter-spacing:-.015em}
.tile .soft{font-size:14px}
.tag{border-radius:99px;padding:0 9px;background:var(--warn-paper);color:var(--warn);font-weight:600;font-size:13px}
.small{display:grid;gap:12px;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));margin-top:12px}
.gap{margin-top:12px}
.small .tile{grid-column:auto}.small .number{font-size:20px}
svg{display:block;overflow:visible}
.bar{margin:6px 0 4px}
"""
_MARKS = """
.t-xnli{--mark:var(--xnli)}.t-pawsx{--mark:var(--pawsx)}.t-udpos{--mark:var(--udpos)}.t-panx{--mark:var(--panx)}
.t-other{--mark:var(--other)}.t-startup{--mark:var(--startup)}.t-loading{--mark:var(--loading)}
.grid{stroke:var(--grid);stroke-width:1}.track{fill:var(--grid)}.fill,.stack rect{fill:var(--mark)}
.range{stroke:var(--mark,var(--soft));stroke-width:4;stroke-linecap:round;opacity:.42}
.dot{fill:var(--mark,var(--soft))}.base{stroke:var(--base);stroke-width:2}.cut{stroke:var(--card);stroke-width:2}
.axis text{font-size:11px;fill:var(--soft)}
.swatch{display:inline-block;width:11px;height:11px;border-radius:3px;background:var(--mark);margin-right:8px}
.stack{border-radius:6px;overflow:hidden;margin-bottom:14px}
.key{margin-bottom:12px;display:flex;flex-wrap:wrap;gap:4px 22px;font-size:14px}
.key span{display:inline-flex;gap:7px;align-items:center}
"""
_TABLES = """
table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;margin-bottom:10px}
caption .soft{font-weight:400;font-size:14px}
th{font-weight:500;text-align:left;vertical-align:bottom}
th,td{padding:2px 8px}
thead th{font-size:13px;padding-bottom:6px}
tbody th{vertical-align:middle;color:var(--ink);font-weight:450}
tbody tr+tr>*{border-top:1px solid var(--line)}
.r{text-align:right;white-space:nowrap}
tr>:first-child{padding-left:0}tr>:last-child{padding-right:0}
.languages tbody tr+tr>*{border-top:0}
.languages tbody tr:hover>*{background:var(--paper)}
.languages .name{line-height:1.25;white-space:nowrap}.name bdi:not(.own){white-space:normal;word-break:break-all}
.languages .plot{width:100%;padding:0 10px}
.spent thead .plot{padding-bottom:6px!important}
.languages td.r:not(.strong){color:var(--soft)}
.strong{font-weight:640}
.own{font-size:13px;margin-left:3px}
.pair{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:12px;align-items:start}
.column{display:grid;gap:12px}
.split{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:12px;align-items:start}
.pairs{display:grid;grid-template-columns:minmax(90px,max-content) minmax(0,1fr);gap:6px 20px;font-size:14px}
.pairs dt{color:var(--soft)}
.card h3{margin-bottom:10px}.card ul{padding-left:18px}.card caption h3{margin:0}ul.card{padding-left:36px}
.foot{font-size:13px;border-top:1px solid var(--line);padding-top:14px;max-width:none}
.turn{display:none}
"""
_NARROW = """
@media (max-width:1280px){.languages .own,.languages .minor{display:none}}
@media (max-width:1000px){.pair,.split{grid-template-columns:minmax(0,1fr)}.column{display:contents}
.t-xnli{order:1}.t-pawsx{order:2}.t-udpos{order:3}.t-panx,.t-other{order:4}.tile{grid-column:span 6}}
@media (max-width:560px){.tile{padding:12px 14px}.tile .number{font-size:23px}
.wideonly,.minor{display:none}.turn{display:block}.small{grid-template-columns:1fr 1fr}
.languages table{table-layout:fixed}.languages .name{white-space:normal;width:36%}.own{display:none}
.languages .plot{width:auto;padding:0 6px}.languages .r{width:42px}
.languages.spent .r{width:72px}
.languages td,.languages th{padding-inline:3px}
.facts{grid-template-columns:minmax(0,1fr);gap:2px}.facts dd{margin-bottom:10px}}
"""
_PRINT = """
@media print{main{padding:0;max-width:none}.card,.tile,.verdict,.notice{break-inside:avoid}.languages{break-inside:auto}
tr{break-inside:avoid}h2,caption{break-after:avoid}body{font-size:12px;background:none}section,header{margin-bottom:16px}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""

STYLE = "".join(
    (
        ":root{color-scheme:light dark;" + _LIGHT + "}",
        "@media screen and (prefers-color-scheme:dark){:root{" + _DARK + "}}",
        _BASE,
        _VERDICT,
        _TILES,
        _MARKS,
        _TABLES,
        _NARROW,
        _PRINT,
    )
).replace("\n", "")
