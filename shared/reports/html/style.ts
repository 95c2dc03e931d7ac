import { createHash } from 'node:crypto';

/** The whole style of a report. It is in the page itself, so that a saved or mailed report looks the same. */
export const STYLE = `
:root{color-scheme:light;--ink:#1b1f24;--dim:#57606a;--line:#d0d7de;--soft:#f6f8fa;--good:#1a7f37;--warn:#9a6700;--bad:#b42318;--info:#0b5cad}
*{box-sizing:border-box}
body{margin:0;background:#eef1f4;color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:62rem;margin:0 auto;padding:1rem}
section{background:#fff;border:1px solid var(--line);border-radius:6px;padding:1.25rem 1.5rem;margin:0 0 1rem}
header{display:flex;justify-content:space-between;align-items:flex-start;gap:1rem;border-bottom:2px solid var(--ink);padding-bottom:.6rem;margin-bottom:.8rem}
h1{font-size:1.35rem;line-height:1.25;margin:0}
h2{font-size:1.05rem;margin:0 0 .5rem}
h3{font-size:.8rem;letter-spacing:.04em;text-transform:uppercase;color:var(--dim);margin:1rem 0 .25rem}
p{margin:.2rem 0}
.dim,small{color:var(--dim)}
small{font-size:.8rem}
.badge{display:inline-block;padding:.15rem .6rem;border-radius:1rem;border:1px solid currentColor;font-weight:600;white-space:nowrap}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}.info{color:var(--info)}
dl{display:grid;grid-template-columns:9.5rem 1fr;gap:.45rem 1rem;margin:0}
dt{font-weight:600}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
ul{margin:.1rem 0;padding-left:1.1rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;color:var(--dim);padding:0 0 .3rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid var(--line);overflow-wrap:break-word}
th{font-weight:600;white-space:nowrap;background:var(--soft)}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
code,.hash{font:.85em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.figures{display:flex;flex-wrap:wrap;gap:.5rem;margin:.5rem 0}
.figure{flex:1 1 6.5rem;border:1px solid var(--line);border-radius:6px;padding:.4rem .6rem;background:var(--soft)}
.figure b{display:block;font-size:1.4rem;line-height:1.2;font-variant-numeric:tabular-nums}
svg{display:block;width:100%;height:1rem;border-radius:3px;margin:.4rem 0}
.key{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.85rem}
.key i{display:inline-block;width:.7rem;height:.7rem;border-radius:2px;margin-right:.35rem;border:1px solid rgba(0,0,0,.15)}
.k-migrated{background:#2da44e;fill:#2da44e}.k-legacyKept{background:#7cc58f;fill:#7cc58f}.k-open{background:#54aeff;fill:#54aeff}
.k-notStarted{background:#d8dee4;fill:#d8dee4}.k-blocked{background:#e3a008;fill:#e3a008}.k-failed{background:#cf222e;fill:#cf222e}
.k-rolledBack{background:#8250df;fill:#8250df}.k-notUndone{background:#4c1d95;fill:#4c1d95}.k-stopped{background:#8c959f;fill:#8c959f}.k-dryRun{background:#a5d8ff;fill:#a5d8ff}
@media (max-width:640px){dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.5rem}header{flex-direction:column}section{padding:1rem}.wide{overflow-x:auto}}
@page{size:A4;margin:14mm 14mm 16mm}
@media print{
body{background:#fff;font-size:9.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}
section{border:0;border-radius:0;padding:0;margin:0 0 6mm}
section.board{break-after:page}
section.board:last-child{break-after:auto}
h2,h3{break-after:avoid}
tr,dt,dd,.figure{break-inside:avoid}
thead{display:table-header-group}
dl{grid-template-columns:30mm 1fr;gap:1.5mm 4mm}
.screen{display:none}
}
`;

const HASH = createHash('sha256').update(STYLE).digest('base64');

/** No script at all, nothing from elsewhere, no frame, and no style but this one. */
export const REPORT_POLICY = `default-src 'none'; style-src 'sha256-${HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The same for the page itself, which may be saved and opened without the header; framing is for headers alone. */
export const PAGE_POLICY = REPORT_POLICY.replace("; frame-ancestors 'none'", '');
