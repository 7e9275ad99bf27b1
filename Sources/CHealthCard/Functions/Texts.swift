import CHealthCardHeader

/// The body of every `iR_` function of a record file.
func readTexts(_ device: HANDLE?, _ path: String, record: Int32 = 1, _ buffers: [CText?]) -> Int32 {
    for buffer in buffers { buffer?.put([]) }
    return CardInterface.shared.call(device) { terminal throws(ReturnCode) in
        guard buffers.contains(where: { $0 != nil }) else { throw .argument }
        let texts = try terminal.texts(of: path, record: record)
        for (buffer, text) in zip(buffers, texts) { buffer?.put(text) }
    }
}

/// The body of every `iW_` function of a record file.
func writeTexts(_ device: HANDLE?, _ path: String, _ arguments: [CText?]) -> Int32 {
    CardInterface.shared.call(device) { terminal throws(ReturnCode) in
        let items = try terminal.file(path).items
        guard arguments.count <= items.count else { throw .noFile }
        var texts: [[UInt8]?] = []
        for (argument, item) in zip(arguments, items) {
            texts.append(try argument.text(atMost: item.longestText))
        }
        try terminal.write(texts, to: path)
    }
}
