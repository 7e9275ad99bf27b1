import Messages

/// That a card became void.
struct VoidCardWord: Message {
    let chip: String
    let why: String
    /// Whether its applicant waits for another card.
    let waits: Bool

    var english: English {
        "The card on chip \(chip) became void: \(why).\(waits ? " The applicant waits for another card." : "")"
    }

    var chinese: Chinese { "芯片 \(chip) 上的卡作废：\(why)。\(waits ? "申请人等待重新制卡。" : "")" }
}
