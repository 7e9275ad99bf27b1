import Yams

/// How the counter page behaves (`counter` of the configuration).
public struct CounterSettings: Sendable, Hashable {
    public enum Preset: String, Sendable, Hashable, CaseIterable {
        /// A member of staff looks at the screen: everything can be seen and changed.
        case clerk
        /// A patient does: masked, blurred until somebody asks for it, gone soon; nothing can be changed.
        case kiosk
    }

    /// The language the page begins with, until somebody chooses another one.
    public enum PageLanguage: String, Sendable, Hashable, CaseIterable {
        case chinese = "zh"
        case english = "en"
        /// The browser's.
        case browser
    }

    public var preset = Preset.clerk
    /// Seconds without anybody at the page until what a card said is cleared; 0: only when the card is taken out. Nil: the
    /// preset's.
    public var ownClearSeconds: Int?
    public var language = PageLanguage.browser
    /// Visits' signatures are verified as soon as they are shown; else when somebody asks for it.
    public var verifiesVisits = true
    /// What a new visit begins with.
    public var facilityName: String?
    public var facilityCode: String?
    public var department: String?

    public init() {}

    public static let clearRange = 0...3_600

    public var clearSeconds: Int { ownClearSeconds ?? (preset == .kiosk ? 20 : 300) }

    /// What a counter may do at most. Blocking a card is nothing for a page that anybody can sit down at.
    var rights: Set<AccessRight> {
        switch preset {
        case .clerk: [.readHolder, .readClinical, .write, .visits]
        case .kiosk: [.readHolder, .readClinical]
        }
    }
}

extension CounterSettings {
    mutating func read(_ node: Node, _ reader: inout ConfigurationReader) {
        let entries = reader.map(
            node, "counter",
            keys: [
                "preset", "clearSeconds", "language", "verifyVisits", "facilityName", "facilityCode", "department",
            ])
        if let node = entries["preset"] { preset = reader.choice(node, "counter.preset") ?? preset }
        if let node = entries["clearSeconds"] {
            ownClearSeconds = reader.number(node, "counter.clearSeconds", Self.clearRange)
        }
        if let node = entries["language"] { language = reader.choice(node, "counter.language") ?? language }
        if let node = entries["verifyVisits"] {
            verifiesVisits = reader.flag(node, "counter.verifyVisits") ?? verifiesVisits
        }
        if let node = entries["facilityName"] { facilityName = reader.text(node, "counter.facilityName") }
        if let node = entries["facilityCode"] { facilityCode = reader.text(node, "counter.facilityCode") }
        if let node = entries["department"] { department = reader.text(node, "counter.department") }
    }
}
