import CardProfiles
import ISO7816
import Personalization

/// A file as it was read, and the exchanges that show it.
struct ReadContent {
    /// One a record, number 1 first; the status word of a record that could not be read.
    var records: [ResponseAPDU] = []
    var bytes: [UInt8] = []
    /// Of each record; of a transparent file all in the first element.
    var evidence: [[CheckExchange]] = []
}

/// Contents are read once and looked at by many checks; each shows the exchange it rests on.
extension CheckBench {
    /// A record as the card gives it, tag and length included.
    ///
    /// - Throws: `failed` when the card refuses it.
    public func record(_ number: Int, of file: FileDefinition) throws(CheckStop) -> [UInt8] {
        try resting(on: Precondition(.reading, file.path)) { () throws(CheckStop) in
            try known(number, of: file)
        }
    }

    private func known(_ number: Int, of file: FileDefinition) throws(CheckStop) -> [UInt8] {
        let content = try content(of: file)
        guard content.records.indices.contains(number - 1) else {
            throw fail("\(file.path) has no record \(number)", "\(file.path) 没有第 \(number) 条记录")
        }
        for exchange in content.evidence[number - 1] { link.add(exchange) }
        let answer = content.records[number - 1]
        try require([.ok], answer.status, for: try recordCommand(number, of: file).header)
        return answer.data
    }

    /// All bytes of a transparent file.
    public func bytes(of file: FileDefinition) throws(CheckStop) -> [UInt8] {
        try resting(on: Precondition(.reading, file.path)) { () throws(CheckStop) in
            let content = try content(of: file)
            for exchange in content.evidence.first ?? [] { link.add(exchange) }
            return content.bytes
        }
    }

    private func content(of file: FileDefinition) throws(CheckStop) -> ReadContent {
        if link.mayHaveChanged { contents = [:] }
        link.mayHaveChanged = false
        if let known = contents[file.path] { return known }
        try enter(reading: file)
        var content = ReadContent()
        if case .transparent(let size) = file.structure {
            let before = link.exchanges.count
            content.bytes = try readBinary(of: file, count: size)
            content.evidence = [Array(link.exchanges.dropFirst(before).prefix(2))]
        } else {
            for number in stride(from: 1, through: file.structure.recordCount, by: 1) {
                let before = link.exchanges.count
                content.records.append(try readRecord(number, of: file))
                content.evidence.append(Array(link.exchanges.dropFirst(before)))
            }
        }
        link.begin()
        contents[file.path] = content
        return content
    }

    /// What the image says of a file.
    ///
    /// - Throws: `notApplicable` for a card that nobody said what it is to hold.
    public func expectedContent(of file: FileDefinition) throws(CheckStop) -> CardImage.File {
        guard let image else {
            throw .notApplicable(
                CheckText("nobody said what this card is to hold", "没有给出本卡应有的内容"))
        }
        guard let expected = image.file(file.path) else {
            throw .notApplicable(CheckText("its image has no \(file.path)", "卡片映像没有 \(file.path)"))
        }
        return expected
    }
}
