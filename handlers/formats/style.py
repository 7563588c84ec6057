"""Owns the look of a document in HTML: it stands in the file, so that a copy that was saved keeps it."""

import base64
import hashlib

STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff;"
    "overflow-wrap:anywhere}"
    "h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.2rem;line-height:1.3;margin-top:2rem}h3{font-size:1.05rem}"
    "ul{padding-left:1.25rem}"
    ".mark{font-weight:700;border:2px solid;padding:.2rem .6rem;display:inline-block}"
    "li,p{white-space:pre-line}li{margin:.4rem 0}.below{margin:.2rem 0 0 1.5rem}"
    "footer{border-top:1px solid #767676;margin-top:2rem}"
    "@media screen and (prefers-color-scheme:dark){body{color:#e8ece9;background:#131816}}"
    "@media print{.mark.head{position:fixed;top:0;right:0}.mark.foot{position:fixed;bottom:0;right:0}}"
)

ALLOWED = "'sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode() + "'"
"""How a Content-Security-Policy allows exactly that style (CSP 3, 2.3.1)."""
