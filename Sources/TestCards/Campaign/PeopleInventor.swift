import CardProfiles

/// A person who cannot exist, as a row of `applications.csv`.
struct InventedPerson: Sendable {
    let idNumber: String
    let name: String
    let sex: String
    let nation: String
    /// By column.
    let columns: [String: String]
    let hasPhoto: Bool
}

/// Invents people of the test region (Docs/protocol.md §9) who together are as awkward as people can be: every edge of
/// every code table, the longest texts, characters that few cards have seen, nobody's photo, the first and the last day
/// of everything. The same campaign gives the same people.
///
/// What columns there are, what they may hold and how much, says the profile alone.
struct PeopleInventor {
    private let profile: CardProfile
    private let campaign: Campaign
    private let issueDate: CalendarDate
    private let texts: AwkwardTexts
    private let dates: AwkwardDates

    init(profile: CardProfile, campaign: Campaign) throws(CampaignError) {
        self.profile = profile
        self.campaign = campaign
        guard let issueDate = CalendarDate(campaign.startDate) else {
            throw .value(file: CampaignFolder.campaignName, key: "startDate", problem: .notADay)
        }
        self.issueDate = issueDate
        texts = AwkwardTexts(seed: campaign.seed)
        dates = AwkwardDates(issueDate: issueDate, adultYears: profile.application.guardianBelowYears)
    }

    func people() throws(CampaignError) -> [InventedPerson] {
        var people: [InventedPerson] = []
        for index in 0..<campaign.cards { people.append(try person(index)) }
        return people
    }

    private func person(_ index: Int) throws(CampaignError) -> InventedPerson {
        let rules = profile.application
        let birthDate = dates.birthDate(index)
        let idNumber = try idNumber(index, birthDate)
        let isMale = idNumber.isMale
        var columns: [String: String] = [:]
        for file in profile.files {
            let filled = file.items.filter { $0.source == .application }
            switch file.shape {
            case .object:
                for (place, item) in filled.enumerated() where item.group == nil {
                    columns[item.name] = value(of: item, index, place, birthDate)
                }
            case .list:
                for entry in 0..<entries(of: file, index) {
                    for (place, item) in filled.enumerated() {
                        columns["\(item.name)\(entry + 1)"] = value(of: item, index + entry, place, birthDate)
                    }
                }
            default: break
            }
        }
        columns[rules.photo.item] = nil
        columns[rules.idNumber.item] = idNumber.text
        columns[rules.birthDate.item] = birthDate.description
        columns[rules.sex.item] = isMale ? rules.sexOfOddSequence : rules.sexOfEvenSequence
        if columns[rules.identityDocument.type.item] == rules.identityDocument.code {
            columns[rules.identityDocument.number.item] = idNumber.text
        }
        let name = columns[rules.name.item] ?? ""
        addGuardian(to: &columns, index, birthDate)
        for (column, allowed) in rules.extraColumns.sorted(by: { $0.key < $1.key }) {
            columns[column] = allowed.isEmpty ? texts.place(index) : allowed[index % allowed.count]
        }
        return InventedPerson(
            idNumber: idNumber.text, name: name, sex: columns[rules.sex.item] ?? "",
            nation: columns["nation"] ?? "", columns: columns, hasPhoto: index % 12 != 1)
    }

    // MARK: Values

    private func value(of item: Item, _ index: Int, _ place: Int, _ birthDate: CalendarDate) -> String? {
        // Of what may be missing something is missing on every seventh card, each time something else.
        if !item.isRequired, (index + place) % 7 == 6 { return nil }
        switch item.format {
        case .text: return texts.text(of: item.capacity, profile.form(of: item), index)
        case .idNumber: return nil
        case .code(let name):
            let codes = (profile.codeTable(name)?.entries ?? []).map(\.code)
            return codes.isEmpty ? nil : Self.edgesFirst(codes)[index % codes.count]
        case .digits: return texts.digits(item.digits, index)
        case .number: return ["0", String(repeating: "9", count: item.digits.upperBound), "1"][index % 3]
        case .amount:
            let whole = max(1, item.digits.upperBound - item.decimals)
            let fraction = item.decimals == 0 ? "" : "." + String(repeating: "9", count: item.decimals)
            return ["0", String(repeating: "9", count: whole) + fraction, "1"][index % 3]
        case .flag: return (index == 2 || index >= 3 && index % 16 == place % 16) ? "true" : "false"
        case .date: return [birthDate, issueDate, dates.leapDay(after: birthDate)][index % 3].description
        case .dateTime: return issueDate.description + (index % 2 == 0 ? "T00:00:00" : "T23:59:59")
        case .binary: return String(repeating: index % 2 == 0 ? "00" : "ff", count: item.capacity)
        case .photo: return nil
        }
    }

    /// First, last, second, last but one …: a few cards see the edges.
    private static func edgesFirst(_ codes: [String]) -> [String] {
        codes.indices.map { $0 % 2 == 0 ? codes[$0 / 2] : codes[codes.count - 1 - $0 / 2] }
    }

    /// All, none, one, all but one …
    private func entries(of file: FileDefinition, _ index: Int) -> Int {
        let count = file.structure.recordCount
        return [count, 0, 1, max(0, count - 1)][index % 4]
    }

    private func addGuardian(to columns: inout [String: String], _ index: Int, _ birthDate: CalendarDate) {
        let names = profile.application.guardianColumns
        guard birthDate.age(on: issueDate) < profile.application.guardianBelowYears, names.count == 3,
            let grown = CalendarDate(year: 1970, month: 1, day: 1 + index % 28),
            let number = try? idNumber(5000 + index, grown)
        else { return }
        columns[names[0]] = texts.name(index + 1)
        columns[names[1]] = number.text
        // A parent, in the open list of relations.
        columns[names[2]] = "5"
    }

    // MARK: Numbers

    /// The region's last four digits tell everybody apart; among the sequences that fit, every fifth person gets one
    /// whose check character is X.
    private func idNumber(_ index: Int, _ birthDate: CalendarDate) throws(CampaignError) -> IDNumber {
        let region = String(9900 + index % 10_000 + 100_000).suffix(4)
        let first = profile.modes.testRegion + region
        let sequences = index % 2 == 0 ? [999, 1, 997, 501] : [998, 2, 996, 500]
        let wanted = index % 5 == 0
        var fallback: IDNumber?
        for sequence in sequences + Array(stride(from: 10 + index % 2, to: 200, by: 2)) {
            let digits = first + birthDate.digits + String(sequence + 1000).suffix(3)
            for character in "0123456789X" {
                guard let number = try? IDNumber(digits + String(character)) else { continue }
                if !wanted || character == "X" { return number }
                fallback = fallback ?? number
            }
        }
        guard let fallback else {
            throw .value(
                file: "profile", key: "modes.testRegion", problem: .testRegion)
        }
        return fallback
    }
}
