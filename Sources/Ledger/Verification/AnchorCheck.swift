import Messages
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
    ) throws(StoreError) -> AnyMessage? {
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

    private mutating func enter(_ detail: EntryDetail) -> AnyMessage? {
        do throws(ReleaseRefusal) {
            guard let next = try detail.authority?.enrolment else {
                return AnyMessage("it has no enrolment", "其中没有登记内容")
            }
            try next.check(after: authority)
            authority = next
            return nil
        } catch {
            return AnyMessage(error)
        }
    }

    private func standing(of station: String) -> AnyMessage? {
        let isOld = isMarked[founder] == false && isMarked[station] == false
        if adopted[station] ?? (station == founder || isOld) { return nil }
        return AnyMessage(
            "station \(station) entered a release, and nobody had it take the ledger up",
            "工作站 \(station) 登记了放行书，而无人批准其接管台账")
    }

    /// The act, when two who were enrolled signed it for this ledger.
    private func checked(_ text: String) -> (act: TwoPersonAct?, problem: AnyMessage?) {
        let act: TwoPersonAct
        do throws(ReleaseFileError) { act = try TwoPersonAct(Array(text.utf8)) } catch {
            return (nil, AnyMessage(error))
        }
        guard act.ledger == first else { return (nil, AnyMessage("its act is for another ledger", "双签文书针对另一个台账")) }
        guard let authority else {
            return (nil, AnyMessage("nobody was enrolled who could have signed its act", "没有登记可签署双签文书的人员"))
        }
        do throws(ReleaseRefusal) { try act.check(persons: authority.persons) } catch {
            return (nil, AnyMessage(error))
        }
        return (act, nil)
    }

    private mutating func adopt(
        _ entry: LedgerEntry, _ detail: EntryDetail, _ key: SM2.PublicKey?,
        _ hash: (Int64) throws(StoreError) -> String?
    ) throws(StoreError) -> AnyMessage? {
        adopted[entry.station] = false
        guard let adoption = detail.adoption, let key,
            adoption.station == ReleaseTerms.StationName(name: entry.station, publicKey: key.bytes).description
        else { return AnyMessage("it is not of the station that wrote it", "与写入的工作站不符") }
        guard adoption.sequence < entry.sequence, try hash(adoption.sequence) == adoption.hash else {
            return AnyMessage("it takes up another ledger than this one", "所接管的是另一个台账")
        }
        guard let text = detail.act else {
            return authority == nil
                ? nil : AnyMessage("two people were enrolled, and they did not sign it", "已登记两名签署人，但其未签署")
        }
        let (act, problem) = checked(text)
        guard let act else { return problem }
        let deed = TwoPersonAct.Deed.adoptLedger(
            station: adoption.station, sequence: adoption.sequence, hash: adoption.hash)
        guard act.deed == deed else { return AnyMessage("its act says something else", "双签文书的内容与之不同") }
        adopted[entry.station] = true
        return nil
    }

    private mutating func destroy(_ entry: LedgerEntry, _ detail: EntryDetail) -> AnyMessage? {
        if let text = detail.act {
            let (act, problem) = checked(text)
            guard let act else { return problem }
            self.act = (entry.sequence, act)
        } else if detail.actEntry == nil || detail.actEntry != act?.entry {
            return AnyMessage("it names no act", "未写明双签文书")
        }
        guard case .destroyChips(let chips) = act?.act.deed, chips.contains(entry.chip) else {
            return AnyMessage("its act is not about this chip", "双签文书不针对此芯片")
        }
        return nil
    }

    private mutating func countersign(
        _ detail: EntryDetail, _ hash: (Int64) throws(StoreError) -> String?
    ) throws(StoreError) -> AnyMessage? {
        guard let signed = detail.countersignature, let key = signed.key(ledger: first) else {
            return AnyMessage("its countersignature does not fit", "会签不符")
        }
        guard try hash(signed.sequence) == signed.hash else {
            return AnyMessage("it countersigns an entry that is not there", "所会签的条目不存在")
        }
        if let authority {
            guard authority.persons.contains(where: { $0.key == key && $0.name.utf8.elementsEqual(signed.name.utf8) })
            else {
                return AnyMessage(
                    "\(signed.name) was not enrolled, or with another key", "\(signed.name) 未登记，或登记的是另一公钥")
            }
        } else {
            guard names[signed.name] ?? signed.publicKey == signed.publicKey else {
                return AnyMessage("\(signed.name) had another key before", "\(signed.name) 此前使用另一公钥")
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
            if let countersigner {
                report.find(.countersignatures, "there is none of \(countersigner)", "没有 \(countersigner) 的会签")
            } else {
                report.find(.countersignatures, "there is none of this key", "没有此公钥的会签")
            }
        } else if isCountersigned, last < seal || seal == 0 {
            let place = LedgerPlace.entryOf(seal, kind: LedgerEntry.Kind.seal.rawValue)
            if last == 0 {
                report.find(place, "nobody has countersigned this ledger", "台账尚无人会签")
            } else {
                report.find(
                    place, "it is not countersigned; the last one that is, is \(last)", "未会签；最后会签的是第 \(last) 条")
            }
        }
    }
}
