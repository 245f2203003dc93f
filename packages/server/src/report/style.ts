/** The one style sheet of the report: dark and light by the reader's system, printable. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--text:#17202c;--quiet:#5b6675;--line:#dce1e8;--blue:#1459b8;--orange:#a84300;--red:#b3161f;--soft:#eaf1fb;--bar:#2f74d0;--less:#7a8696}
@media (prefers-color-scheme:dark){:root{--bg:#0e131a;--card:#171e28;--text:#e6ebf2;--quiet:#9aa7b8;--line:#2b3542;--blue:#7db2ff;--orange:#ffab5e;--red:#ff8a8f;--soft:#1b2940;--bar:#4f93f0;--less:#6d7a8c}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--text);font:15px/1.55 system-ui,sans-serif}
main{max-width:1040px;margin:0 auto;padding:32px 20px 64px}h1{font-size:26px;margin:0 0 4px}h2{font-size:20px;margin:0}h3{font-size:12px;letter-spacing:.07em;text-transform:uppercase;color:var(--quiet);margin:26px 0 8px}
.quiet{color:var(--quiet)}.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:22px 24px;margin:20px 0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(120px,1fr));gap:12px;margin:20px 0}.figure{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 16px}.figure b{display:block;font-size:22px;font-variant-numeric:tabular-nums}
.head{display:flex;gap:14px;align-items:center;flex-wrap:wrap}.level{font-weight:700;border:1.5px solid currentColor;border-radius:7px;padding:1px 9px}.P1{color:var(--red)}.P2{color:var(--orange)}.P3{color:var(--blue)}.P4{color:var(--quiet)}
.why{margin:10px 0 0}.tags{display:flex;gap:6px;flex-wrap:wrap;margin:12px 0 0;padding:0;list-style:none}.tags li{background:var(--soft);border-radius:6px;padding:1px 8px;font-size:13px}
.origin{border-left:4px solid var(--orange);padding:4px 0 4px 14px}.origin p{margin:2px 0}
.bars{display:grid;grid-template-columns:minmax(0,1fr) 180px 64px;gap:6px 14px;align-items:center}.bars span{overflow-wrap:anywhere}.bars svg{display:block;width:180px;height:14px}.num{text-align:right;font-variant-numeric:tabular-nums}
.for{fill:var(--bar)}.against{fill:var(--less)}.axis{stroke:var(--line)}
ol.time{list-style:none;margin:0;padding:0;border-left:2px solid var(--line)}ol.time li{position:relative;padding:3px 0 9px 18px;overflow-wrap:anywhere}ol.time li::before{content:"";position:absolute;left:-6px;top:11px;width:10px;height:10px;border-radius:50%;background:var(--bar)}ol.time li.k-origin::before{background:var(--orange)}ol.time time{color:var(--quiet);font-variant-numeric:tabular-nums;margin-right:10px}
details{margin:4px 0}summary{cursor:pointer;color:var(--blue)}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:10px 12px;font:12.5px/1.5 ui-monospace,monospace;margin:6px 0}
.scroll{overflow-x:auto}svg text{fill:var(--text);font:13px system-ui,sans-serif}svg text.kind{fill:var(--quiet);font-size:11px}.node{fill:var(--card);stroke:var(--line);stroke-width:1.5}.node.origin{stroke:var(--orange);stroke-width:2.5}.edge{fill:none;stroke:var(--less);stroke-width:1.5}#tip path{fill:var(--less)}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere;vertical-align:top}
@media print{body{background:#fff}.card,.figure{break-inside:avoid}}
`;
