import Releases
import ShangMi

/// What entries say that people signed, held against who was entitled to at that point of the chain.
struct AnchorCheck {
    /// The hash of the first entry.
    private var first = ""
    private var founder = ""
    /// Whether the first station, and each, came with software that keeps a signed memory.
    private var isMarked: [String: Bool] = [:]
    private var authority: AuthorityEnrolment?
    /// Stations that took the ledger up, and whether two people said so.
    private var adopted: [String: Bool] = [:]
    private var act: (entry: Int64, act: TwoPersonAct)?
    /// Keys of those who countersign, by name; where no authority is enrolled they stay what they are.
    private var names: [String: String] = [:]
    /// The last of each person.
    private(set) var countersignatures: [Countersignature] = []

    /// - Parameter hash: of the entry of a number; nil when there is none.
    /// - Returns: what is wrong; nil when nothing is.
    mutating func problem(
        _ entry: LedgerEntry, _ kind: LedgerEntry.Kind, _ detail: EntryDetail, key: SM2.PublicKey?,
        hash: (Int64) throws(StoreError) -> String?
    ) throws(StoreError) -> String? {
        if first.isEmpty { (first, founder) = (entry.hash, entry.station) }
        switch kind {
        case .station:
            isMarked[entry.station] = detail.memory != nil
            return nil
        case .authority: return enter(detail)
        case .release: return standing(of: entry.station)
        case .adopt: return try adopt(entry, detail, key, hash)
        case .destroy: return destroy(entry, detail)
        case .countersign: return try countersign(detail, hash)
        default: return nil
        }
    }

    private mutating func enter(_ detail: EntryDetail) -> String? {
        do throws(ReleaseRefusal) {
            guard let next = try detail.authority?.enrolment else { return "it has no enrolment" }
            try next.check(after: authority)
            authority = next
            return nil
        } catch {
            return error.description
        }
    }

    private func standing(of station: String) -> String? {
        let isOld = isMarked[founder] == false && isMarked[station] == false
        if adopted[station] ?? (station == founder || isOld) { return nil }
        return "station \(station) entered a release, and nobody had it take the ledger up"
    }

    /// The act, when two who were enrolled signed it for this ledger.
    private func checked(_ text: String) -> (act: TwoPersonAct?, problem: String?) {
        let act: TwoPersonAct
        do throws(ReleaseFileError) { act = try TwoPersonAct(Array(text.utf8)) } catch {
            return (nil, error.description)
        }
        guard act.ledger == first else { return (nil, "its act is for another ledger") }
        guard let authority else { return (nil, "nobody was enrolled who could have signed its act") }
        do throws(ReleaseRefusal) { try act.check(persons: authority.persons) } catch {
            return (nil, error.description)
        }
        return (act, nil)
    }

    private mutating func adopt(
        _ entry: LedgerEntry, _ detail: EntryDetail, _ key: SM2.PublicKey?,
        _ hash: (Int64) throws(StoreError) -> String?
    ) throws(StoreError) -> String? {
        adopted[entry.station] = false
        guard let adoption = detail.adoption, let key,
            adoption.station == ReleaseTerms.StationName(name: entry.station, publicKey: key.bytes).description
        else { return "it is not of the station that wrote it" }
        guard adoption.sequence < entry.sequence, try hash(adoption.sequence) == adoption.hash else {
            return "it takes up another ledger than this one"
        }
        guard let text = detail.act else {
            return authority == nil ? nil : "two people were enrolled, and they did not sign it"
        }
        let (act, problem) = checked(text)
        guard let act else { return problem }
        let deed = TwoPersonAct.Deed.adoptLedger(
            station: adoption.station, sequence: adoption.sequence, hash: adoption.hash)
        guard act.deed == deed else { return "its act says something else" }
        adopted[entry.station] = true
        return nil
    }

    private mutating func destroy(_ entry: LedgerEntry, _ detail: EntryDetail) -> String? {
        if let text = detail.act {
            let (act, problem) = checked(text)
            guard let act else { return problem }
            self.act = (entry.sequence, act)
        } else if detail.actEntry == nil || detail.actEntry != act?.entry {
            return "it names no act"
        }
        guard case .destroyChips(let chips) = act?.act.deed, chips.contains(entry.chip) else {
            return "its act is not about this chip"
        }
        return nil
    }

    private mutating func countersign(
        _ detail: EntryDetail, _ hash: (Int64) throws(StoreError) -> String?
    ) throws(StoreError) -> String? {
        guard let signed = detail.countersignature, let key = signed.key(ledger: first) else {
            return "its countersignature does not fit"
        }
        guard try hash(signed.sequence) == signed.hash else { return "it countersigns an entry that is not there" }
        if let authority {
            guard authority.persons.contains(where: { $0.key == key && $0.name.utf8.elementsEqual(signed.name.utf8) })
            else { return "\(signed.name) was not enrolled, or with another key" }
        } else {
            guard names[signed.name] ?? signed.publicKey == signed.publicKey else {
                return "\(signed.name) had another key before"
            }
            names[signed.name] = signed.publicKey
        }
        countersignatures.removeAll { $0.publicKey == signed.publicKey }
        countersignatures.append(signed)
        return nil
    }
}

/// What somebody wants of a ledger that is verified, beyond that it is as it was written.
public struct LedgerDemands: Sendable {
    /// Entries somebody wrote down: the ledger goes on from each.
    public var heads: [LedgerHead] = []
    /// Whose countersignature is asked for; nil: anybody's.
    public var countersigner: String?
    /// The key that person really has; nil: as the ledger says.
    public var countersigningKey: SM2.PublicKey?
    /// Whether the last signature of a station's has to be countersigned.
    public var isCountersigned = false

    public init() {}

    /// - Parameter seal: the number of the last signature; 0 when there is none.
    func check(
        _ countersignatures: [Countersignature], seal: Int64, into report: inout LedgerVerification
    ) {
        let counted = countersignatures.filter { signed in
            (countersigner.map { $0 == signed.name } ?? true)
                && (countersigningKey.map { LowercaseHex.encode($0.bytes) == signed.publicKey } ?? true)
        }
        report.countersigned = countersignatures.map {
            LedgerVerification.Countersigned(name: $0.name, publicKey: $0.publicKey, sequence: $0.sequence)
        }
        let last = counted.map(\.sequence).max() ?? 0
        if countersigner != nil || countersigningKey != nil, counted.isEmpty {
            report.find("countersignatures", "there is none of \(countersigner ?? "this key")")
        } else if isCountersigned, last < seal || seal == 0 {
            report.find(
                "entry \(seal) (seal)",
                last == 0
                    ? "nobody has countersigned this ledger"
                    : "it is not countersigned; the last one that is, is \(last)")
        }
    }
}
