import CardProfiles
import HealthCard

extension CardImage {
    /// The image of one person's card on one chip: a pure function of its arguments.
    ///
    /// - Parameters:
    ///   - application: a row that has passed the batch's rules.
    ///   - batch: the batch it comes from; its profile is the card's.
    ///   - chipSerial: the card factor of the chip, 8 bytes.
    ///   - issuer: computes the security code and signs the certificate, deterministically.
    public init(
        _ application: Application, batch: Batch, chipSerial: [UInt8], issuer: any KeyWrappingModule
    ) throws(PersonalizationError) {
        let builder = CardImageBuilder(
            application: application, manifest: batch.manifest, profile: batch.profile, chipSerial: chipSerial,
            issuer: issuer)
        self = try builder.build()
    }
}

/// Fills every item of the profile from where the profile says it comes.
struct CardImageBuilder {
    let application: Application
    let manifest: BatchManifest
    let profile: CardProfile
    let chipSerial: [UInt8]
    let issuer: any KeyWrappingModule

    /// `issuerCode` may be needed by a certificate, the city by the keys: items may refer to items this deep.
    private static let deepestReference = 4

    func build() throws(PersonalizationError) -> CardImage {
        guard chipSerial.count == profile.cryptography.cardFactor.length else {
            throw .unusableCard(.noSerial)
        }
        var directories: [CardImage.Directory] = []
        for definition in profile.directories {
            var files: [CardImage.File] = []
            for file in definition.files { files.append(try image(of: file)) }
            let keys = profile.keys(in: definition.name).filter { $0.role != .transport && $0.usage != .host }
            directories.append(
                CardImage.Directory(
                    name: definition.name, parent: definition.parent,
                    keys: keys.map {
                        CardImage.Key(name: $0.name, reference: $0.reference, usage: $0.usage, tries: $0.tries)
                    },
                    files: files))
        }
        return CardImage(
            profile: profile.name, chipSerial: chipSerial, keyVersion: profile.keyVersion,
            provinceFactor: try provinceFactor(), directories: directories)
    }

    /// `Docs/protocol.md §2`: the first digits of the city code, then the suffix of the profile.
    func provinceFactor() throws(PersonalizationError) -> [UInt8] {
        let rule = profile.cryptography.provinceFactor
        guard let text = try text(of: rule.item, depth: 0), let factor = rule.factor(of: text) else {
            throw .profile(.fewDigits("\(rule.item)", digits: rule.digits))
        }
        return factor
    }

    // MARK: Files

    private func image(of file: FileDefinition) throws(PersonalizationError) -> CardImage.File {
        let content: CardImage.File.Content =
            switch file.structure {
            case .linearVariableTLV(let count): .records(try tlvRecords(of: file, count: count))
            case .linearFixed(let size, let count), .cyclic(let size, let count):
                .records(try fixedRecords(of: file, size: size, count: count))
            case .transparent(let size): .binary(try binary(of: file, size: size))
            }
        return CardImage.File(
            path: file.path, kind: file.structure.kind, size: file.size, fill: file.initialByte, content: content)
    }

    private func tlvRecords(of file: FileDefinition, count: Int) throws(PersonalizationError) -> [[UInt8]] {
        var records: [[UInt8]] = []
        for number in stride(from: 1, through: count, by: 1) {
            guard let item = file.item(record: number) else {
                throw .profile(.noItemForRecord(number, file: file.path))
            }
            let value = try value(of: item, section: file.section)
            guard let length = UInt8(exactly: value.count), length < 0xFF else {
                throw .profile(.itemTooLong(item.number))
            }
            records.append([item.tag, length] + value)
        }
        return records
    }

    private func fixedRecords(
        of file: FileDefinition, size: Int, count: Int
    ) throws(PersonalizationError) -> [[UInt8]] {
        var records = [[UInt8]](repeating: [UInt8](repeating: file.initialByte, count: size), count: count)
        let entries = application.entries[file.section] ?? []
        guard entries.count <= count else { throw .profile(.fewRecords(file: file.path)) }
        for (index, entry) in entries.enumerated() {
            for item in file.items where item.source == .application {
                guard let offset = item.offset, offset + item.length <= size else {
                    throw .profile(.itemOutsideRecord(item.number))
                }
                let value = try encode(entry[item.name], as: item)
                records[index].replaceSubrange(offset..<offset + item.length, with: value)
            }
        }
        return records
    }

    private func binary(of file: FileDefinition, size: Int) throws(PersonalizationError) -> [UInt8] {
        switch file.shape {
        case .photo: photo(of: file)
        case .object: try object(of: file, size: size)
        // Written in a clinic.
        case .visits, .list, .index: []
        }
    }

    /// Items one after the other; what is written later stays as CREATE FILE leaves it.
    private func object(of file: FileDefinition, size: Int) throws(PersonalizationError) -> [UInt8] {
        var bytes = [UInt8](repeating: file.initialByte, count: size)
        for item in file.items where item.source != .later {
            guard let offset = item.offset, offset + item.length <= size else {
                throw .profile(.itemOutsideFile(item.number))
            }
            bytes.replaceSubrange(offset..<offset + item.length, with: try value(of: item, section: file.section))
        }
        return bytes
    }

    private func photo(of file: FileDefinition) -> [UInt8] {
        guard case .file(let photo, _) = application.photo, let item = file.items.first else { return [] }
        let prefix = (0..<item.prefixLength).reversed().map { UInt8(truncatingIfNeeded: photo.count >> (8 * $0)) }
        return prefix + photo
    }

    // MARK: Items

    private func value(of item: Item, section: String) throws(PersonalizationError) -> [UInt8] {
        if case .certificate(let name) = item.source { return try certificate(name, for: item) }
        // A row has no columns for the repetitions of a group.
        if item.source == .application, item.group != nil { return ItemCodec.emptyValue(item) }
        let reference = ItemReference(section: section, item: item.name)
        return try encode(try text(of: item, reference, depth: 0), as: item)
    }

    private func encode(_ text: String?, as item: Item) throws(PersonalizationError) -> [UInt8] {
        guard let text else { return ItemCodec.emptyValue(item) }
        do {
            return try ItemCodec.encode(text, as: item, profile: profile)
        } catch {
            throw .batch(
                BatchError([BatchProblem(.row(.value(error.problem)), .row(application.row), item: item.name)]))
        }
    }

    private func text(of reference: ItemReference, depth: Int) throws(PersonalizationError) -> String? {
        guard let item = profile.item(reference) else { throw .profile(.noItem("\(reference)")) }
        return try text(of: item, reference, depth: depth)
    }

    private func text(
        of item: Item, _ reference: ItemReference, depth: Int
    ) throws(PersonalizationError) -> String? {
        guard depth < Self.deepestReference else { throw .profile(.refersToItself("\(reference)")) }
        switch item.source {
        case .application: return application.values[reference]
        case .constant(let text): return text
        case .batch(let field): return manifest.text(of: field)
        case .item(let other): return try text(of: other, depth: depth + 1)
        case .chipSerial(let digits): return String(chipSerial.hex.uppercased().suffix(digits))
        case .securityCode: return try securityCode(depth: depth + 1)
        case .certificate, .signature, .later: return nil
        }
    }
}

// MARK: What only the issuer's module can compute

extension CardImageBuilder {
    /// `Docs/protocol.md §8`: the code over the items the profile names.
    private func securityCode(depth: Int) throws(PersonalizationError) -> String {
        var values: [ItemReference: String] = [:]
        for part in profile.securityCode.input {
            guard let item = profile.item(part.item),
                let text = try text(of: item, part.item, depth: depth)
            else { throw .profile(.noValueForSecurityCode("\(part.item)")) }
            values[part.item] = Self.digits(text, of: item)
        }
        do {
            return try issuer.securityCode(profile.securityCode, values: values)
        } catch {
            throw .securityModule(error, .untouched)
        }
    }

    /// `Docs/protocol.md §7`: the certificate item 5 holds.
    private func certificate(_ name: String, for item: Item) throws(PersonalizationError) -> [UInt8] {
        guard let layout = profile.certificate(name), layout.size == item.length else {
            throw .profile(.noCertificate(item: item.number))
        }
        var values: [String: String] = [:]
        for field in layout.fields {
            guard case .digits(let source) = field.content else { continue }
            guard let text = manifest.text(of: source) else {
                throw .profile(.certificateSource(source))
            }
            values[source] = CalendarDate(text)?.digits ?? text
        }
        do {
            return try issuer.certificate(layout, values: values)
        } catch {
            throw .securityModule(error, .untouched)
        }
    }

    /// A date as its eight digits, anything else as it is.
    private static func digits(_ text: String, of item: Item) -> String {
        item.format == .date ? CalendarDate(text)?.digits ?? text : text
    }
}
