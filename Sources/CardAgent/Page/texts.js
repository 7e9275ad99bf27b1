// What the page says, in every language it speaks.
export const texts = {
  zh: {
    title: "居民健康卡代理服务", readers: "读卡器", reader: "读卡器名称", content: "状态",
    door: "管理", doorHelp: "确认配对、输入安全模块（SAM）卡的 PIN 需要页面口令。在本机运行 healthcard-agent page，打开它给出的链接，或在此输入口令。",
    pageCode: "页面口令", open: "进入", pairings: "配对申请",
    pairingHelp: "请核对来源，并输入该程序屏幕上显示的号码。不是您自己发起的申请，请拒绝。",
    noPairings: "没有等待确认的申请。", number: "程序显示的号码", confirm: "同意", refuse: "拒绝",
    pin: "安全模块（SAM）卡", pinLabel: "PIN（4 至 16 位数字）", send: "验证", forget: "忘记 PIN",
    pinGood: "SAM 已接受 PIN。", pinForgotten: "PIN 已清除。", tokens: "已配对的程序", holder: "程序", rights: "权限",
    until: "有效期至", revoke: "撤销", close: "退出管理", noReaders: "没有读卡器。", noTokens: "没有已配对的程序。",
    running: "读卡服务正常", stopped: "读卡服务（pcscd）未运行", offline: "与代理服务的连接已断开，正在重连…",
    state: { empty: "无卡", card: "有卡", mute: "卡没有应答（请检查方向并插到底）", sam: "安全模块（SAM）卡", noSAM: "请插入安全模块（SAM）卡" },
    right: { "read-holder": "读取持卡人信息", "read-clinical": "读取临床信息", write: "更新卡内容", visits: "就诊记录", block: "应用锁定与解锁" },
  },
  en: {
    title: "Resident health card agent", readers: "Readers", reader: "Reader", content: "State",
    door: "Administration", doorHelp: "Pairing programs and entering the SAM's PIN need the page code. Run healthcard-agent page on this machine and open the link it prints, or enter the code here.",
    pageCode: "Page code", open: "Enter", pairings: "Requests for pairing",
    pairingHelp: "Check the origin and type the number that the program shows on its screen. Refuse what you did not ask for yourself.",
    noPairings: "No request is waiting.", number: "Number the program shows", confirm: "Allow", refuse: "Refuse",
    pin: "SAM", pinLabel: "PIN (4 to 16 digits)", send: "Verify", forget: "Forget the PIN",
    pinGood: "The SAM has accepted the PIN.", pinForgotten: "The PIN is forgotten.", tokens: "Paired programs", holder: "Program", rights: "Rights",
    until: "Valid until", revoke: "Revoke", close: "Leave administration", noReaders: "No readers.", noTokens: "No paired programs.",
    running: "Reader service running", stopped: "The reader service (pcscd) is not running", offline: "No connection to the agent; trying again…",
    state: { empty: "no card", card: "card", mute: "the card does not answer (check its direction, push it in fully)", sam: "SAM", noSAM: "insert the SAM" },
    right: { "read-holder": "read who the holder is", "read-clinical": "read clinical data", write: "change the card", visits: "visit records", block: "block and unblock applications" },
  },
};
