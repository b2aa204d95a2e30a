/// How a page looks, by day and by night.
package enum AssessmentStyle {
    /// The style sheet.
    package static let text = """
        :root{color-scheme:light dark;--bg:#fff;--fg:#1c2128;--dim:#59636e;--line:#d8dee4;--card:#f6f8fa;\
        --red:#c42b31;--amber:#9a6200;--blue:#1f6feb;--green:#1a7f37}\
        @media(prefers-color-scheme:dark){:root{--bg:#0f1419;--fg:#dde3ea;--dim:#94a0ad;--line:#323b46;\
        --card:#181f27;--red:#ff7b72;--amber:#e3b341;--blue:#79b8ff;--green:#56d364}}\
        *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);\
        font:15px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}\
        header,main{max-width:84rem;margin:auto;padding:0 1.5rem}header{padding-top:1.8rem}\
        h1{font-size:1.6rem;margin:0 0 .3rem}header p{margin:0;color:var(--dim)}\
        h2{font-size:1.2rem;margin:2.4rem 0 .8rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}\
        small{font-size:.85rem;font-weight:400;color:var(--dim);margin-left:.4rem}\
        nav{display:flex;flex-wrap:wrap;gap:.6rem;margin:1.2rem 0}\
        nav a{color:inherit;text-decoration:none;padding:.35rem .9rem;border:1px solid var(--line);\
        border-radius:999px;background:var(--card)}nav a:hover{border-color:currentColor}\
        nav .blocker{color:var(--red)}nav .decide{color:var(--amber)}nav .note{color:var(--blue)}\
        nav .none{color:var(--dim)}\
        article{border:1px solid var(--line);border-left:4px solid;border-radius:6px;\
        background:var(--card);padding:.7rem 1rem;margin:.7rem 0}\
        article.blocker{border-left-color:var(--red)}article.decide{border-left-color:var(--amber)}\
        article.note{border-left-color:var(--blue)}article p{margin:.25rem 0}\
        h3{font:600 .85rem ui-monospace,"DejaVu Sans Mono",monospace;margin:0;color:var(--dim)}\
        .do{color:var(--dim)}.do::before{content:"→ "}\
        article ul{margin:.4rem 0 0;padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:.3rem}\
        code{font:.84em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}\
        li code{padding:.1rem .45rem;border:1px solid var(--line);border-radius:4px;background:var(--bg)}\
        summary{cursor:pointer;color:var(--dim);margin:.4rem 0}\
        .wide,.graph{overflow:auto}table{border-collapse:collapse;font-size:.92rem;width:100%}\
        th{color:var(--dim);font-weight:600}td,th{text-align:left;padding:.35rem .9rem .35rem 0;\
        vertical-align:top;border-bottom:1px solid var(--line)}meter{width:6rem}\
        .good{color:var(--green)}.bad{color:var(--red);font-weight:600}\
        .legend span{display:inline-block;margin-right:.6rem;padding:0 .6rem;border-left:6px solid var(--c)}\
        .graph{border:1px solid var(--line);border-radius:6px}svg{display:block}\
        svg text{font:12px system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--fg)}\
        .e{fill:none;stroke:var(--dim);opacity:.5}.back{stroke-dasharray:5 4}.tip{fill:var(--dim)}\
        .b rect{fill:var(--card);stroke:var(--c);stroke-width:1.5}.b{cursor:default;outline:none}\
        .b:is(:hover,:focus) rect{stroke-width:3}.service rect{stroke-dasharray:3 3}\
        .out{--c:var(--dim)}.b.out rect{fill:var(--bg);stroke-dasharray:6 3}\
        .b.lost{--c:var(--red)}.b.lost text{fill:var(--red)}\
        .c0{--c:#1f77c9}.c1{--c:#c9731f}.c2{--c:#2b9348}.c3{--c:#a13fb5}.c4{--c:#0f8f8c}.c5{--c:#c2385f}\
        .c6{--c:#7a7d1d}.c7{--c:#5b5fc7}\
        @media print{.graph,.wide{overflow:visible}nav{display:none}article{break-inside:avoid}}
        """
}
