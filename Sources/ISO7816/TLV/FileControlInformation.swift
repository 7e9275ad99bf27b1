import Messages

/// What SELECT answers and CREATE FILE sends about a file: FCI, FCP or FMD template (ISO/IEC 7816-4:2013 §7.4).
public struct FileControlInformation: Sendable, Hashable {
    /// The template it travels in.
    public enum Template: UInt32, Sendable, Hashable {
        /// 62: file control parameters.
        case parameters = 0x62
        /// 64: file management data.
        case managementData = 0x64
        /// 6F: file control information.
        case information = 0x6F
    }

    public var template: Template
    /// 80: bytes of data in the file, 0-2,147,483,647.
    public var size: Int?
    /// 82: what kind of file.
    public var descriptor: FileDescriptor?
    /// 83: the file's own identifier.
    public var fileIdentifier: FileIdentifier?
    /// 84: the name of a directory, 1-16 bytes.
    public var name: DedicatedFileName?
    /// 86: security attribute in the card's own coding.
    public var securityAttribute: [UInt8]?
    /// 88: short identifier.
    public var shortIdentifier: ShortFileIdentifier?
    /// 8A: where the file is in its life.
    public var lifeCycle: LifeCycleStatus?
    /// A5: data objects of the card's own, laid end to end.
    public var proprietary: [UInt8]?

    public enum ParseError: AdvisedError, Hashable {
        /// The bytes are not BER-TLV.
        case tlv(BERTLVError)
        /// The data object is none of 62, 64 and 6F.
        case notATemplate(BERTag)
        /// The data object at `offset` has a value that its tag does not allow.
        case invalidValue(BERTag, offset: Int)

        public enum Code: String, Sendable, Hashable, CaseIterable {
            case tlv, notATemplate, invalidValue
        }

        public static let domain = "fileControl"
        public var kind: ErrorKind { .cardRefused }

        public var code: Code {
            switch self {
            case .tlv: .tlv
            case .notATemplate: .notATemplate
            case .invalidValue: .invalidValue
            }
        }

        public var underlying: (any AdvisedError)? {
            guard case .tlv(let error) = self else { return nil }
            return error
        }
    }

    public init(
        template: Template = .information, size: Int? = nil, descriptor: FileDescriptor? = nil,
        fileIdentifier: FileIdentifier? = nil, name: DedicatedFileName? = nil, securityAttribute: [UInt8]? = nil,
        shortIdentifier: ShortFileIdentifier? = nil, lifeCycle: LifeCycleStatus? = nil, proprietary: [UInt8]? = nil
    ) {
        self.template = template
        self.size = size
        self.descriptor = descriptor
        self.fileIdentifier = fileIdentifier
        self.name = name
        self.securityAttribute = securityAttribute
        self.shortIdentifier = shortIdentifier
        self.lifeCycle = lifeCycle
        self.proprietary = proprietary
    }

    /// Reads a template as a card answers it. Data objects it does not know are passed over; of one that comes twice
    /// the first counts.
    public init(_ bytes: some Collection<UInt8>) throws(ParseError) {
        let object: BERTLV
        do { object = try BERTLV(bytes) } catch { throw .tlv(error) }
        try self.init(object)
    }

    public init(_ object: BERTLV) throws(ParseError) {
        guard let template = Template(rawValue: object.tag.rawValue) else { throw .notATemplate(object.tag) }
        self.init(template: template)
        for child in object.children { try take(child) }
    }

    private mutating func take(_ object: BERTLV) throws(ParseError) {
        func require<Value>(_ value: Value?) throws(ParseError) -> Value {
            guard let value else { throw .invalidValue(object.tag, offset: object.offset) }
            return value
        }
        let value = object.value
        switch object.tag {
        case 0x80 where size == nil:
            let number = try require(object.number)
            size = try require(number <= Int(Int32.max) ? number : nil)
        case 0x82 where descriptor == nil: descriptor = try require(FileDescriptor(value))
        case 0x83 where fileIdentifier == nil:
            fileIdentifier = try require(value.count == 2 ? object.number : nil).asFileIdentifier
        case 0x84 where name == nil: name = try require(DedicatedFileName(value))
        case 0x86 where securityAttribute == nil: securityAttribute = Array(value)
        case 0x88 where shortIdentifier == nil && !value.isEmpty:
            // An empty 88 says that the file has no short identifier.
            let number = try require(value.count == 1 ? value.first : nil)
            shortIdentifier = try require(ShortFileIdentifier(rawValue: number >> 3))
        case 0x8A where lifeCycle == nil:
            lifeCycle = LifeCycleStatus(rawValue: try require(value.count == 1 ? value.first : nil))
        case 0xA5 where proprietary == nil: proprietary = Array(value)
        default: break
        }
    }

    /// The data objects of A5, none when there is no A5.
    public var proprietaryObjects: BERTLV.Objects? { try? BERTLV.objects(in: proprietary ?? []) }

    /// The template in the order 82 83 84 80 88 86 8A A5 of CREATE FILE (`Docs/protocol.md §5`), or with 80 in front as
    /// SELECT answers it (`Docs/protocol.md §4`). Sizes take two bytes, or as many as they need.
    public var encoded: [UInt8] {
        BERTLVWriter.bytes { writer in
            writer.append(BERTag(unchecked: template.rawValue)) { content in
                if let size, template == .information { content.append(0x80, Self.sizeBytes(size)) }
                if let descriptor { content.append(0x82, descriptor.encoded) }
                if let fileIdentifier { content.append(0x83, fileIdentifier.bytes) }
                if let name { content.append(0x84, name.bytes) }
                if let size, template != .information { content.append(0x80, Self.sizeBytes(size)) }
                if let shortIdentifier { content.append(0x88, [shortIdentifier.rawValue << 3]) }
                if let securityAttribute { content.append(0x86, securityAttribute) }
                if let lifeCycle { content.append(0x8A, [lifeCycle.rawValue]) }
                if let proprietary { content.append(0xA5, proprietary) }
            }
        }
    }

    private static func sizeBytes(_ size: Int) -> [UInt8] {
        let bytes = (0..<4).reversed().map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
        return Array(size > 0xFFFF ? bytes.drop { $0 == 0 } : bytes.suffix(2))
    }
}

extension Int {
    fileprivate var asFileIdentifier: FileIdentifier { FileIdentifier(rawValue: UInt16(truncatingIfNeeded: self)) }
}
