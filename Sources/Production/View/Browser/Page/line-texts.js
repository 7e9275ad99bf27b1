// What the page says, in every language it speaks. What the line says comes with its own words.
export const texts = {
  zh: {
    title: "生产线", now: "现在要做的事", figures: "数量", made: "已制成", left: "剩余", rejected: "不合格", rate: "张/分钟",
    time: "预计还需", lanes: "各路", lane: "第 {0} 路", chart: "每分钟制成数", rejects: "不合格原因", noRejects: "没有不合格。",
    noLanes: "还没有读卡器就绪。", of: { chip: "芯片", order: "申请" }, count: "{0} 个",
    phase: {
      preparing: "正在准备：检查批次", running: "运行中", pausing: "正在暂停：等待在制的卡完成", paused: "已暂停",
      stopping: "正在停止：等待在制的卡完成", ended: "本次运行已结束",
    },
    nothing: "无需操作", todo: "第 {0} 路", desk: "操作员", token: "操作员口令（见生产线终端）", enter: "进入",
    pause: "暂停", resume: "继续", stop: "做完在制的卡后停止", leave: "退出",
    readOnly: "此处只能查看：请在生产线的终端上暂停或停止。", stopSure: "再按一次，确认停止",
    connected: "已连接", offline: "连接已断开，画面不是最新：请查看生产线的终端。", minutes: "{0} 分钟", hours: "{0} 小时 {1} 分钟",
    seconds: "{0} 秒", unknown: "—", card: "第 {0} 号 · 第 {1} 行", chip: "芯片 {0}", counts: "制成 {0} · 不合格 {1}",
    chartText: "最近：每分钟 {0} 张", since: "{0} 前", nowMark: "现在",
  },
  en: {
    title: "Production line", now: "What to do now", figures: "Figures", made: "made", left: "left", rejected: "rejected",
    rate: "cards/min", time: "time left", lanes: "Lanes", lane: "Lane {0}", chart: "Cards made a minute",
    rejects: "Rejected, by reason", noRejects: "Nothing was rejected.", noLanes: "No reader is ready yet.",
    of: { chip: "chips", order: "orders" }, count: "{0}",
    phase: {
      preparing: "Preparing: the batch is checked", running: "Running", pausing: "Pausing after the cards in work", paused: "Paused",
      stopping: "Stopping after the cards in work", ended: "This run has ended",
    },
    nothing: "Nothing to do", todo: "Lane {0}", desk: "Operator", token: "Operator's token (the line's terminal shows it)", enter: "Enter",
    pause: "Pause", resume: "Resume", stop: "Stop after these cards", leave: "Leave",
    readOnly: "This page only shows: pause and stop the line at its terminal.", stopSure: "Press again to stop",
    connected: "connected", offline: "No connection, the picture is old: look at the line's terminal.", minutes: "{0} min", hours: "{0} h {1} min",
    seconds: "{0} s", unknown: "—", card: "#{0} · row {1}", chip: "chip {0}", counts: "made {0} · rejected {1}",
    chartText: "Last: {0} cards a minute", since: "{0} ago", nowMark: "now",
  },
};
