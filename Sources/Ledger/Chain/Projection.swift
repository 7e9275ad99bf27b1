/// What follows from an entry: the state of orders, chips and runs. Written with the entry, and again by verification
/// into tables of its own, which have to come out the same.
struct Projection {
    /// Before the names of the tables.
    var prefix = ""
    /// The last entry of the times when each chip that was begun took its place from the release itself; 0 where there
    /// were none.
    var lastUndrawn: Int64 = 0

    /// Columns of `orders` as they are when the batch is enrolled, then those that change.
    static let orderColumns =
        "batch, sequence, id_number, row_number, row_offset, collection_point, replacement_reason, content_digest, digest, "
        + "state, holds_card, chip, entry, attempts"

    /// - Throws: `.collision` when a row is not in the state the entry needs: another station was there first.
    func apply(_ entry: LedgerEntry, _ detail: EntryDetail, to database: any LedgerDatabase) throws(StoreError) {
        guard let kind = LedgerEntry.Kind(rawValue: entry.kind) else { return }
        switch kind {
        case .station:
            try write(
                database,
                """
                INSERT INTO \(prefix)stations (name, public_key, entry, adopted) VALUES (?, ?, ?, 0)
                ON CONFLICT DO NOTHING
                """,
                [.text(entry.station), LedgerValue(detail.publicKey), .integer(entry.sequence)], entry)
        case .enrol: try enrol(entry, detail, database)
        case .release: try admit(entry, detail, database)
        case .revocationList:
            guard let seen = detail.seenList else { throw .collision("entry \(entry.sequence) (revocationList)") }
            try remember(seen.list, of: seen.authority, entry, database)
        case .run:
            try write(
                database,
                """
                INSERT INTO \(prefix)runs (id, batch, station, ended, release_digest, places)
                VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING
                """,
                [
                    .integer(entry.sequence), .text(entry.batch), .text(entry.station), .null,
                    LedgerValue(detail.run?.releaseDigest),
                ], entry)
        case .begin: try begin(entry, detail, database)
        case .resume:
            try write(
                database, "UPDATE \(prefix)chips SET run = ? WHERE serial = ? AND state = 'open' AND attempt = ?",
                [.integer(entry.run), .text(entry.chip), LedgerValue(detail.attempt)], entry)
        case .made:
            try endChip(entry, "made", attempt: detail.attempt, database)
            try endOrder(entry, detail, state: "made", holdsCard: true, database)
        case .failed:
            if detail.chipFate != .spoiled { try giveBack(entry, database) }
            let chip = detail.chipFate == .unused ? "unused" : "rejected"
            try endChip(entry, chip, attempt: detail.attempt, database)
            let order = detail.orderFate == .rejected ? "rejected" : "waiting"
            try endOrder(entry, detail, state: order, holdsCard: false, database)
        case .reject: try reject(entry, database)
        case .void: try void(entry, detail, database)
        case .endRun: try endRun(entry, database)
        case .draw: try draw(entry, detail, database)
        case .giveBack: try giveBackPlaces(entry, detail, database)
        case .authority: try enterAuthority(entry, detail, database)
        case .adopt:
            try write(
                database, "UPDATE \(prefix)stations SET adopted = ? WHERE name = ?",
                [.integer(entry.sequence), .text(entry.station)], entry)
        case .destroy: try destroy(entry, database)
        case .mention, .seal, .countersign, .heads: break
        }
    }

    private func enrol(
        _ entry: LedgerEntry, _ detail: EntryDetail, _ database: any LedgerDatabase
    ) throws(StoreError) {
        guard let batch = detail.batch else { throw .collision("entry \(entry.sequence) (enrol)") }
        try write(
            database,
            """
            INSERT INTO \(prefix)batches (id, mode, profile, profile_digest, content_digest, orders, orders_digest,
                set_aside, set_aside_digest, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                .text(batch.id), .text(batch.mode), .text(batch.profile), .text(batch.profileDigest),
                .text(batch.contentDigest), LedgerValue(detail.orders ?? 0), LedgerValue(detail.ordersDigest),
                LedgerValue(detail.setAside ?? 0), LedgerValue(detail.setAsideDigest), .integer(entry.sequence),
            ], entry)
    }

    private func begin(
        _ entry: LedgerEntry, _ detail: EntryDetail, _ database: any LedgerDatabase
    ) throws(StoreError) {
        try write(
            database,
            """
            UPDATE \(prefix)orders SET state = 'inWork', holds_card = 1, attempts = attempts + 1, chip = ?, entry = ?
            WHERE batch = ? AND sequence = ? AND state = 'waiting'
            """,
            [
                .text(entry.chip), .integer(entry.sequence), .text(entry.batch), LedgerValue(detail.sequence ?? 0),
            ], entry)
        if detail.release != nil, entry.sequence > lastUndrawn {
            try write(
                database, "UPDATE \(prefix)runs SET places = places - 1 WHERE id = ? AND places > 0",
                [.integer(entry.run)], entry)
        } else if let release = detail.release {
            try write(
                database,
                "UPDATE \(prefix)releases SET used = used + 1 WHERE digest = ? AND (quota IS NULL OR used < quota)",
                [.text(release)], entry)
        }
        try write(
            database,
            """
            INSERT INTO \(prefix)chips (serial, state, attempt, batch, sequence, run, entry, release_digest, counted)
            VALUES (?, 'open', ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (serial) DO UPDATE SET state = 'open', attempt = excluded.attempt, batch = excluded.batch,
                sequence = excluded.sequence, run = excluded.run, entry = excluded.entry,
                release_digest = excluded.release_digest, counted = excluded.counted
            WHERE \(prefix)chips.state = 'unused'
            """,
            [
                .text(entry.chip), .integer(entry.sequence), .text(entry.batch), LedgerValue(detail.sequence ?? 0),
                .integer(entry.run), .integer(entry.sequence), LedgerValue(detail.release),
                .integer(detail.release == nil ? 0 : 1),
            ], entry)
    }

    private func draw(
        _ entry: LedgerEntry, _ detail: EntryDetail, _ database: any LedgerDatabase
    ) throws(StoreError) {
        let places = LedgerValue(max(0, detail.places ?? 0))
        // Where another station took the last places meanwhile, no row is written.
        try write(
            database,
            """
            UPDATE \(prefix)releases SET used = used + ?
            WHERE digest = (SELECT release_digest FROM \(prefix)runs WHERE id = ?) AND ? > 0
                AND (quota IS NULL OR used + ? <= quota)
            """, [places, .integer(entry.run), places, places], entry)
        try write(
            database, "UPDATE \(prefix)runs SET places = places + ? WHERE id = ?", [places, .integer(entry.run)], entry)
    }

    private func giveBackPlaces(
        _ entry: LedgerEntry, _ detail: EntryDetail, _ database: any LedgerDatabase
    ) throws(StoreError) {
        let places = LedgerValue(max(0, detail.places ?? 0))
        let run = LedgerValue(detail.fromRun)
        try write(
            database, "UPDATE \(prefix)runs SET places = places - ? WHERE id = ? AND ? > 0 AND places >= ?",
            [places, run, places, places], entry)
        try write(
            database,
            """
            UPDATE \(prefix)releases SET used = used - ?
            WHERE digest = (SELECT release_digest FROM \(prefix)runs WHERE id = ?)
            """, [places, run], entry)
    }

    /// What the run drew and did not use goes back.
    private func endRun(_ entry: LedgerEntry, _ database: any LedgerDatabase) throws(StoreError) {
        _ = try database.execute(
            """
            UPDATE \(prefix)releases SET used = used - (SELECT places FROM \(prefix)runs WHERE id = ?)
            WHERE digest = (SELECT release_digest FROM \(prefix)runs WHERE id = ? AND places > 0)
            """, [.integer(entry.run), .integer(entry.run)])
        try write(
            database, "UPDATE \(prefix)runs SET ended = ?, places = 0 WHERE id = ?",
            [.integer(entry.sequence), .integer(entry.run)], entry)
    }

    private func admit(
        _ entry: LedgerEntry, _ detail: EntryDetail, _ database: any LedgerDatabase
    ) throws(StoreError) {
        guard let admission = detail.admission else { throw .collision("entry \(entry.sequence) (release)") }
        // A release that comes again brings the same; only the revocation list may be a later one.
        _ = try database.execute(
            """
            INSERT INTO \(prefix)releases (digest, id, quota, used, entry) VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING
            """,
            [
                .text(admission.digest), .text(admission.id), admission.limit.map { LedgerValue($0) } ?? .null,
                .integer(entry.sequence),
            ])
        guard let list = admission.revocationList else { return }
        try remember(list, of: admission.authority, entry, database)
    }

    private func remember(
        _ list: ReleaseAdmission.List, of authority: String, _ entry: LedgerEntry, _ database: any LedgerDatabase
    ) throws(StoreError) {
        try write(
            database,
            """
            INSERT INTO \(prefix)revocation_lists (authority, number, digest, entry) VALUES (?, ?, ?, ?)
            ON CONFLICT (authority) DO UPDATE SET number = excluded.number, digest = excluded.digest,
                entry = excluded.entry WHERE \(prefix)revocation_lists.number <= excluded.number
            """,
            [
                .text(authority), .integer(list.number), .text(list.digest), .integer(entry.sequence),
            ], entry)
    }

    /// The chip no longer counts against the release it was begun under.
    private func giveBack(_ entry: LedgerEntry, _ database: any LedgerDatabase) throws(StoreError) {
        _ = try database.execute(
            """
            UPDATE \(prefix)releases SET used = used - 1
            WHERE digest = (SELECT release_digest FROM \(prefix)chips WHERE serial = ? AND counted = 1)
            """, [.text(entry.chip)])
        _ = try database.execute("UPDATE \(prefix)chips SET counted = 0 WHERE serial = ?", [.text(entry.chip)])
    }

    /// A chip that makes no card counts until it is destroyed, and then no more; once.
    private func destroy(_ entry: LedgerEntry, _ database: any LedgerDatabase) throws(StoreError) {
        try write(
            database,
            """
            UPDATE \(prefix)releases SET used = used - 1 WHERE digest = (SELECT release_digest FROM \(prefix)chips
                WHERE serial = ? AND counted = 1 AND state IN ('rejected', 'void'))
            """, [.text(entry.chip)], entry)
        try write(database, "UPDATE \(prefix)chips SET counted = 0 WHERE serial = ?", [.text(entry.chip)], entry)
    }

    private func enterAuthority(
        _ entry: LedgerEntry, _ detail: EntryDetail, _ database: any LedgerDatabase
    ) throws(StoreError) {
        guard let authority = detail.authority else { throw .collision("entry \(entry.sequence) (authority)") }
        try write(
            database, "INSERT INTO \(prefix)authorities (number, digest, document, entry) VALUES (?, ?, ?, ?)",
            [
                .integer(authority.number), .text(authority.digest), .text(authority.document),
                .integer(entry.sequence),
            ], entry)
    }

    private func reject(_ entry: LedgerEntry, _ database: any LedgerDatabase) throws(StoreError) {
        try write(
            database,
            """
            INSERT INTO \(prefix)chips (serial, state, attempt, batch, sequence, run, entry, counted)
            VALUES (?, 'rejected', NULL, ?, NULL, ?, ?, 0)
            ON CONFLICT (serial) DO UPDATE SET state = 'rejected', attempt = NULL, batch = excluded.batch,
                sequence = NULL, run = excluded.run, entry = excluded.entry
            WHERE \(prefix)chips.state = 'unused'
            """,
            [.text(entry.chip), .text(entry.batch), .integer(entry.run), .integer(entry.sequence)], entry)
    }

    /// The order is left as made where nobody wants another card of it.
    private func void(
        _ entry: LedgerEntry, _ detail: EntryDetail, _ database: any LedgerDatabase
    ) throws(StoreError) {
        try write(
            database,
            "UPDATE \(prefix)chips SET state = 'void', entry = ? WHERE serial = ? AND state IN ('open', 'made')",
            [.integer(entry.sequence), .text(entry.chip)], entry)
        if detail.orderFate == .waiting {
            try endOrder(entry, detail, state: "waiting", holdsCard: false, database)
        } else {
            try endOrder(entry, detail, state: "made", holdsCard: false, database)
        }
    }

    private func endChip(
        _ entry: LedgerEntry, _ state: String, attempt: Int64?, _ database: any LedgerDatabase
    ) throws(StoreError) {
        try write(
            database,
            "UPDATE \(prefix)chips SET state = ?, entry = ? WHERE serial = ? AND state = 'open' AND attempt = ?",
            [.text(state), .integer(entry.sequence), .text(entry.chip), LedgerValue(attempt)], entry)
    }

    private func endOrder(
        _ entry: LedgerEntry, _ detail: EntryDetail, state: String, holdsCard: Bool, _ database: any LedgerDatabase
    ) throws(StoreError) {
        try write(
            database,
            """
            UPDATE \(prefix)orders SET state = ?, holds_card = ?, entry = ?
            WHERE batch = ? AND sequence = ? AND chip = ?
            """,
            [
                .text(state), .integer(holdsCard ? 1 : 0), .integer(entry.sequence), .text(entry.batch),
                LedgerValue(detail.sequence ?? 0), .text(entry.chip),
            ], entry)
    }

    private func write(
        _ database: any LedgerDatabase, _ statement: String, _ values: [LedgerValue], _ entry: LedgerEntry
    ) throws(StoreError) {
        guard try database.execute(statement, values) == 1 else {
            throw .collision("entry \(entry.sequence) (\(entry.kind))")
        }
    }
}

extension LedgerValue {
    init(_ number: Int64?) { self = number.map(LedgerValue.integer) ?? .null }
}
