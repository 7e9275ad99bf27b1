/// Builds what a profile says about applications beside the health application.
struct OtherApplicationBuilder {
    func applications(_ root: MappingReader) -> [OtherApplicationDefinition] {
        var seen: Set<[UInt8]> = []
        return root.entries("otherApplications", isOptional: true, ordered: true).map { name, reader in
            defer { reader.finish() }
            let dfName = reader.name("name", count: 5...16)
            if !dfName.isEmpty, !seen.insert(dfName).inserted {
                reader.fail("name", "is that of another application", "与另一应用同名")
            }
            return OtherApplicationDefinition(
                name: name, title: reader.text("title"), english: reader.text("english"), dfName: dfName,
                kind: reader.choice("kind", OtherApplicationDefinition.Kind.self) ?? .application,
                isCarried: reader.flag("carried"), label: label(reader),
                version: reader.has("version") ? reader.bytes("version", count: 2...2) : nil)
        }
    }

    /// What the label of an application may be (EMV book 1 §12.2.4): 1-16 characters.
    private func label(_ reader: MappingReader) -> String? {
        guard let label = reader.optionalText("label") else { return nil }
        let isLabel = (1...16).contains(label.utf8.count) && label.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        if !isLabel {
            reader.fail(
                "label", "is '\(label)', expected 1 to 16 ASCII characters",
                "的值“\(label)”不对，应为 1 至 16 个 ASCII 字符")
        }
        return label
    }
}

extension MappingReader {
    /// The name of a directory or an application: hexadecimal, or `ascii(TEXT)`.
    func name(_ name: String, count: ClosedRange<Int>) -> [UInt8] {
        let text = scalar(name) ?? ""
        var bytes: [UInt8]?
        if let notation = Notation(text), notation.name == "ascii", let characters = notation.argument {
            bytes = characters.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? Array(characters.utf8) : nil
        } else {
            bytes = Self.hexadecimal(text)
        }
        guard let bytes, count.contains(bytes.count) else {
            fail(
                name,
                "is '\(text)', expected \(count.lowerBound) to \(count.upperBound) bytes in hexadecimal or ascii(TEXT)",
                "的值“\(text)”不对，应为 \(count.lowerBound) 至 \(count.upperBound) 字节的十六进制或 ascii(TEXT)")
            return []
        }
        record(name, Self.spelling(bytes))
        return bytes
    }
}
