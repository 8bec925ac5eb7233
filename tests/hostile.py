"""Two hundred strings that run, break out, or break the page wherever text from data is taken for markup or code."""

from __future__ import annotations

RUN = "window.__ran=(window.__ran||0)+1"
_SEEDS = (
    "</script><script>{run}</script>",
    "<script>{run}</script>",
    "<img src=x onerror={run}>",
    "<img src=x onerror='{run}'>",
    '"><img src=x onerror={run}>',
    "'><svg onload={run}>",
    "<svg/onload={run}>",
    "<iframe srcdoc='<script>parent.{run}</script>'>",
    "<details open ontoggle={run}>",
    "<a href='javascript:{run}'>x</a>",
    "javascript:{run}",
    "${{{run}}}",
    "`;{run};`",
    "';{run};//",
    '";{run};//',
    "\\';{run};//",
    "{{{{ {run} }}}}",
    "{{{{ ''.__class__.__mro__[1].__subclasses__() }}}}",
    "{{% import os %}}{{{{ os.system('x') }}}}",
    "{{% for x in y %}}",
    "{{# {run}",
    "<style>*{{display:none}}</style>",
    "<!--",
    "--><script>{run}</script>",
    "<![CDATA[<script>{run}</script>]]>",
    "</title><script>{run}</script>",
    "</textarea><script>{run}</script>",
    "</noscript><script>{run}</script>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "&lt;script&gt;{run}&lt;/script&gt;",
    "&#60;script&#62;{run}&#60;/script&#62;",
    "\\u003cscript\\u003e{run}\\u003c/script\\u003e",
    "C:\\users\\new\\table",
    '=HYPERLINK("https://evil.example","x")',
    "a\u2028b\u2029c{run}",
    "\u202egnp.exe\u202c{run}",
    "__proto__ constructor toString {run}",
    "%3Cscript%3E{run}%3C/script%3E",
)
HOSTILE = tuple(
    f"{seed.format(run=RUN)} №{turn * len(_SEEDS) + index}" for turn in range(5) for index, seed in enumerate(_SEEDS)
)
