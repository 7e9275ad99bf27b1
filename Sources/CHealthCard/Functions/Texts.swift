import CHealthCardHeader
import CardProfiles

/// The body of every `iR_` function of a record file.
///
/// - Parameters:
///   - answersCode: whether an electronic health code may answer instead of a card.
///   - function: the function of the interface that was called.
func readTexts(
    _ device: HANDLE?, _ path: String, record: Int32 = 1, answersCode: Bool = false, _ buffers: [CText?],
    function: String = #function
) -> Int32 {
    for buffer in buffers { buffer?.put([]) }
    let shape = ["record \(record)", Shape.outputs(buffers)]
    return CardInterface.shared.call(device, shape, function: function) { terminal throws(ReturnCode) in
        guard buffers.contains(where: { $0 != nil }) else { throw .argument.because("every buffer is NULL") }
        let found: (texts: [[UInt8]], damaged: Item?)
        do throws(ReturnCode) {
            found = try terminal.texts(of: path, record: record)
        } catch {
            guard answersCode, error == .card, terminal.conventions.identity == .cardOrCode else { throw error }
            throw .noCodeService.because("\(error.explanation); electronic health codes are not answered yet")
        }
        for (buffer, text) in zip(buffers, found.texts) { buffer?.put(text) }
        if let damaged = found.damaged {
            throw .recordUnreadable.because("what the card has for item \(damaged.number) is not a valid value")
        }
    }
}

/// The body of every `iW_` function of a record file.
func writeTexts(_ device: HANDLE?, _ path: String, _ arguments: [CText?], function: String = #function) -> Int32 {
    CardInterface.shared.call(device, [Shape.inputs(arguments)], function: function) { terminal throws(ReturnCode) in
        let items = try terminal.file(path).items
        guard arguments.count <= items.count else { throw .noFile }
        var texts: [[UInt8]?] = []
        for (argument, item) in zip(arguments, items) {
            texts.append(try argument.text(atMost: item.longestText))
        }
        try terminal.write(texts, to: path)
    }
}
