import Messages

extension CheckDescription {
    /// What it means that a card fails it, for those who have to decide.
    public var failureMeaning: CheckText {
        switch family {
        case .answerToReset:
            CheckText(
                "Readers may not recognize the card, or derive other keys for it than it has.",
                "读卡器可能无法识别该卡，或为其分散出不同的密钥。")
        case .directories:
            CheckText("Programs do not find the application, or find another one.", "程序找不到应用，或进入了别的应用。")
        case .files:
            CheckText("Programs cannot read a file as the standard says it is.", "程序无法按规范读取文件。")
        case .records:
            CheckText(
                "A record is not coded as the standard says: programs show something else, or nothing.",
                "记录编码不符合规范，程序会显示错误内容或无法显示。")
        case .personalization:
            CheckText("The card does not hold what was ordered for its holder.", "卡内内容与该持卡人的制卡数据不符。")
        case .access:
            CheckText(
                "Somebody without the right can read or change data, or somebody with it cannot.",
                "无权者可读取或修改数据，或有权者不能。")
        case .protection:
            CheckText(
                "An update can be forged, changed on its way or sent again, or a right one is refused.",
                "更新命令可被伪造、篡改或重放，或正确的更新被拒绝。")
        case .writeOnce:
            CheckText("Data that are written once can be changed, or cannot be written.", "只写一次的数据可被修改，或无法写入。")
        case .cyclic:
            CheckText("Entries of a cyclic file are lost or come in another order.", "循环文件的记录丢失或次序错误。")
        case .visits:
            CheckText("Visit records are lost, mixed up or open to change.", "就诊记录丢失、混淆或可被篡改。")
        case .keys:
            CheckText(
                "Keys are not those of this card, or can be found out by trying.", "密钥不是本卡应有的密钥，或可通过反复尝试得到。")
        case .certificates:
            CheckText("It cannot be shown who issued the card or wrote to it.", "无法证明卡片的发行者或写入者。")
        case .lifeCycle:
            CheckText("The card can be changed as if it were still in the factory.", "卡片出厂后仍可按制卡阶段的方式修改。")
        case .robustness:
            CheckText(
                "A command that is wrong, or power that goes, does harm or gives away something.",
                "错误命令或断电会造成损害或泄露信息。")
        case .timing:
            CheckText("The card is too slow for a counter, or its time gives away something.", "卡片过慢，或其耗时泄露信息。")
        case .persistence:
            CheckText(
                "What was written, counted or blocked is lost when the power goes or the card is reset.",
                "断电或复位后，已写入的内容、计数或锁定状态丢失。")
        case .collateral:
            CheckText(
                "A write changes other data of the card as well, or a counter.", "写入时连带改变了卡上的其他数据或计数。")
        case .cards:
            CheckText(
                "Cards that must differ are alike: what is found out of one holds for others.",
                "应各不相同的卡彼此相同：从一张卡得到的信息可用于其他卡。")
        case .otherApplications:
            CheckText(
                "Health card and bank card on one chip disturb each other, or one opens the other.",
                "同一芯片上的居民健康卡与银行应用互相影响，或可由一方打开另一方。")
        case .endurance: CheckText("The card wears out or loses data after many writes.", "多次写入后卡片损坏或丢失数据。")
        case .blocking:
            CheckText(
                "An application can be attacked without end, or is blocked when it must not be.",
                "应用可被无限次尝试，或在不应锁定时被锁定。")
        }
    }
}
