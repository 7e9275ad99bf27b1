/// The looks of the HTML report, on a screen and on A4.
enum HTMLStyle {
    static let text = """

        :root { --ink: #1a1a1a; --faint: #666; --line: #c8c8c8; }
        * { box-sizing: border-box; }
        body { margin: 0; background: #eef0f2; color: var(--ink); line-height: 1.5; font-size: 14px;
          font-family: "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Zen Hei", sans-serif; }
        main { max-width: 210mm; margin: 24px auto; padding: 18mm 17mm; background: #fff; box-shadow: 0 1px 6px #0002; }
        header { text-align: center; border-bottom: 2px solid var(--ink); padding-bottom: 12px; margin-bottom: 20px; }
        h1 { font-size: 26px; margin: 0 0 6px; letter-spacing: .06em; }
        header p { margin: 0; color: var(--faint); }
        h2 { font-size: 17px; margin: 28px 0 10px; padding-left: 9px; border-left: 4px solid var(--ink); break-after: avoid; }
        h3 { font-size: 14px; margin: 20px 0 6px; break-after: avoid; }
        small { color: var(--faint); font-weight: normal; font-size: 11.5px; overflow-wrap: anywhere; }
        td small { display: block; }
        .verdict { display: flex; gap: 18px; align-items: center; border: 2px solid; padding: 12px 18px; margin: 18px 0; }
        .verdict strong { font-size: 24px; white-space: nowrap; letter-spacing: .1em; }
        .verdict p { margin: 0; color: var(--ink); }
        .passed { color: #2f7d4f; } .failed { color: #b31b1b; } .incomplete { color: #a06800; }
        table { width: 100%; border-collapse: collapse; margin: 8px 0 14px; table-layout: fixed; }
        th, td { text-align: left; vertical-align: top; padding: 4px 7px; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
        thead th { border-bottom: 1.5px solid var(--ink); font-size: 12.5px; }
        tr { break-inside: avoid; }
        td { font-size: 12.5px; }
        .facts th { width: 24%; font-weight: normal; color: var(--faint); font-size: 12.5px; }
        .code { font-family: "DejaVu Sans Mono", Consolas, monospace; font-size: 11px; }
        thead .code { font-family: inherit; font-size: 12.5px; }
        .number { text-align: right; }
        figure { margin: 8px 0; } svg { width: 100%; height: auto; font-family: inherit; }
        .signatures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 34px 20px; margin: 12px 0 10px; break-inside: avoid; }
        .signatures div { border-bottom: 1px solid var(--ink); padding-bottom: 34px; }
        footer { text-align: center; color: var(--faint); font-size: 11px; padding: 0 0 24px; overflow-wrap: anywhere; }
        @media screen and (max-width: 640px) {
          body { background: #fff; }
          main { margin: 0; padding: 16px; box-shadow: none; }
          h1 { font-size: 20px; } h2 { font-size: 16px; }
          .verdict { display: block; padding: 10px 12px; } .verdict strong { font-size: 20px; }
          .facts tr, .facts th, .facts td { display: block; width: auto; }
          .facts tr { border-bottom: 1px solid var(--line); padding: 5px 0; }
          .facts th, .facts td { border: 0; padding: 1px 0; }
          .rows colgroup, .rows thead { display: none; }
          .rows, .rows tbody, .rows tr { display: block; }
          .rows tr { border-bottom: 1px solid var(--line); padding: 6px 0; }
          .rows td { display: grid; grid-template-columns: 84px 1fr; gap: 0 10px; border: 0; padding: 1px 0; text-align: left; }
          .rows td::before { content: attr(data-label); grid-row: 1 / span 9; color: var(--faint); font: 12px/1.6 sans-serif; }
          .rows td > small { grid-column: 2; }
          figure { overflow-x: auto; } svg { min-width: 560px; }
          .signatures { grid-template-columns: 1fr 1fr; gap: 26px 20px; }
        }
        @page { size: A4; margin: 17mm 16mm 18mm; }
        @media print {
          body { background: #fff; font-size: 11pt; }
          main { max-width: none; margin: 0; padding: 0; box-shadow: none; }
          .break { break-before: page; }
          thead { display: table-header-group; }
        }

        """
}
