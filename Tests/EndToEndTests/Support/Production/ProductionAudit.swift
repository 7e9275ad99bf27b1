import Foundation
import ISO7816

/// Whether anything was lost or made twice: read from the export and the chips alone, by rules written here anew and not
/// by the ledger's own.
struct ProductionAudit {
    let batch: InventedBatch
    let books: ProductionBooks

    private enum Standing: Equatable { case open, made, rejected, void, unused }

    private struct KnownChip {
        var standing: Standing
        var idNumber = ""
        var attempt = 0
        var imageDigest = ""
    }

    private enum Order: Equatable { case waiting, inWork, made, rejected }

    /// What is wrong, a line each, without ID numbers; nothing is wrong when there is none.
    func findings() throws -> [String] {
        var audit = Fold(orders: Dictionary(uniqueKeysWithValues: batch.idNumbers.map { ($0, .waiting) }))
        for entry in books.entries where entry.batch == batch.id { audit.apply(entry) }
        let cards = try cards(audit)
        return books.findings.map { "ledger verify: \($0)" } + audit.findings + counts(audit) + chips(audit) + cards
    }

    // MARK: The entries, one after the other

    private struct Fold {
        var orders: [String: Order]
        var chips: [String: KnownChip] = [:]
        var findings: [String] = []

        init(orders: [String: Order]) { self.orders = orders }

        mutating func apply(_ entry: ProductionBooks.Entry) {
            let place = "entry \(entry.sequence) (\(entry.kind))"
            let known = chips[entry.chip]
            let isOfAttempt =
                known?.standing == .open && known?.idNumber == entry.idNumber
                && entry.members["attempt"] == known.map { JSONValue.number(Double($0.attempt)) }
            switch entry.kind {
            case "begin":
                if let known, known.standing != .unused { findings.append("\(place): chip \(entry.chip) is used") }
                if orders[entry.idNumber] != .waiting { findings.append("\(place): its applicant does not wait") }
                orders[entry.idNumber] = .inWork
                chips[entry.chip] = KnownChip(
                    standing: .open, idNumber: entry.idNumber, attempt: entry.sequence)
            case "resume":
                if !isOfAttempt { findings.append("\(place): chip \(entry.chip) is not open for its applicant") }
            case "made":
                if !isOfAttempt { findings.append("\(place): chip \(entry.chip) is not open for its applicant") }
                orders[entry.idNumber] = .made
                chips[entry.chip, default: KnownChip(standing: .made, idNumber: entry.idNumber)].standing = .made
                chips[entry.chip]?.imageDigest = entry.members["card"]?["imageDigest"]?.text ?? ""
            case "failed":
                if !isOfAttempt { findings.append("\(place): chip \(entry.chip) is not open for its applicant") }
                orders[entry.idNumber] = entry.members["orderFate"]?.text == "rejected" ? .rejected : .waiting
                chips[entry.chip]?.standing = entry.members["chipFate"]?.text == "unused" ? .unused : .rejected
            case "reject":
                if known != nil { findings.append("\(place): chip \(entry.chip) is known already") }
                chips[entry.chip] = KnownChip(standing: .rejected)
            case "void":
                chips[entry.chip]?.standing = .void
                if entry.members["orderFate"]?.text == "waiting" { orders[entry.idNumber] = .waiting }
            default: break
            }
        }
    }

    // MARK: The books

    private func counts(_ audit: Fold) -> [String] {
        var findings: [String] = []
        func count(_ order: Order) -> Int { audit.orders.values.count { $0 == order } }
        let own = ProductionBooks.Counts(
            waiting: count(.waiting), inWork: count(.inWork), made: count(.made), rejected: count(.rejected))
        if own != books.status.counts { findings.append("batch status: \(books.status.counts), the entries: \(own)") }
        if audit.orders.count != batch.idNumbers.count { findings.append("somebody else's card is in the ledger") }
        if books.status.total != batch.idNumbers.count { findings.append("\(books.status.total) rows in the books") }
        let open = Set(audit.chips.filter { $0.value.standing == .open }.keys)
        if Set(books.status.open.map(\.chip)) != open { findings.append("batch status names other chips as open") }
        for (person, chips) in Dictionary(grouping: audit.chips.values.filter { $0.standing == .made }, by: \.idNumber)
        where chips.count > 1 {
            findings.append("row \(row(person)) has \(chips.count) cards that are made and not void")
        }
        return findings
    }

    private func row(_ idNumber: String) -> Int {
        (batch.idNumbers.sorted().firstIndex(of: idNumber) ?? -1) + 1
    }

    // MARK: The chips

    private func chips(_ audit: Fold) -> [String] {
        var findings: [String] = []
        for (serial, chips) in Dictionary(grouping: books.chips, by: \.serial) where chips.count > 1 {
            findings.append("chip \(serial) lies in \(chips.map(\.place))")
        }
        for chip in books.chips {
            let standing = audit.chips[chip.serial]?.standing
            if standing == nil || standing == .unused, chip.lifeCycle != .blank {
                findings.append("chip \(chip.serial) in \(chip.place) is \(chip.lifeCycle), and nobody knows of it")
            }
            if chip.place == "made", standing != .made, standing != .void {
                findings.append("chip \(chip.serial) lies among the made ones")
            }
            if chip.place == "blank", chip.lifeCycle != .blank {
                findings.append("chip \(chip.serial) lies among the blank ones")
            }
        }
        let there = Set(books.chips.map(\.serial))
        for (serial, chip) in audit.chips where chip.standing != .rejected && !there.contains(serial) {
            findings.append("chip \(serial) is in the ledger (\(chip.standing)) and nowhere else")
        }
        return findings
    }

    private func cards(_ audit: Fold) throws -> [String] {
        var findings: [String] = []
        var live: [String: [String]] = [:]
        for chip in books.chips where chip.lifeCycle == .activated {
            let known = audit.chips[chip.serial]
            let holders = chip.holders(among: batch.idNumbers)
            if known?.standing != .void, known?.standing != .rejected {
                for holder in holders { live[holder, default: []].append(chip.serial) }
            }
            guard let known, !known.idNumber.isEmpty else { continue }
            if holders != [known.idNumber] { findings.append("chip \(chip.serial) holds somebody else's data") }
            let image = try batch.image(of: known.idNumber, onChip: chip.serial)
            let different = chip.differences(from: image)
            if !different.isEmpty { findings.append("chip \(chip.serial) has other files: \(different)") }
            if known.standing == .made, known.imageDigest != Hex.encode(image.digest).lowercased() {
                findings.append("chip \(chip.serial) was made from another image")
            }
        }
        for chip in books.chips where chip.lifeCycle != .activated && audit.chips[chip.serial]?.standing == .made {
            findings.append("chip \(chip.serial) is made in the ledger and is \(chip.lifeCycle)")
        }
        for chips in live.values where chips.count > 1 { findings.append("one person, live cards: \(chips.sorted())") }
        return findings
    }
}
