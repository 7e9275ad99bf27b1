import CardProfiles
import ISO7816

/// What a chip does with its writes that it should not (``MemoryBehaviour``). A right card comes here and goes on.
extension CardSystem {
    /// A write that does not last: what was there before.
    struct Loss {
        let address: Int
        let before: [UInt8]
        let lasting: MemoryBehaviour.Lasting
    }

    /// Changes what is staged as the chip would: some of it waits, wears out, goes elsewhere too, or is to be lost.
    func shapeWrites() throws(NonVolatileMemory.Failure) {
        let memory = behaviour.memory
        guard memory.isShaping else { return }
        for write in store.memory.takeStaged() {
            let place = store.place(of: write.address, rules)
            if let wear = memory.wear {
                let count = writeCounts[place, default: 0] + 1
                writeCounts[place] = count
                switch wear(place, count) {
                case .none: break
                case .fails: throw .writeFailed
                case .keepsOld: continue
                }
            }
            let before = store.read(write.address..<write.address + write.bytes.count)
            let lasting = memory.lasting?(place, before, write.bytes) ?? .forGood
            if lasting != .forGood { losses.append(Loss(address: write.address, before: before, lasting: lasting)) }
            let waits = memory.waiting?(place) ?? .none
            let now = waits == .whole ? 0 : waits == .half ? write.bytes.count / 2 : write.bytes.count
            store.memory.stage(Array(write.bytes.prefix(now)), at: write.address)
            if now < write.bytes.count {
                waitingWrites.append(
                    NonVolatileMemory.Write(address: write.address + now, bytes: Array(write.bytes.dropFirst(now))))
            }
            for other in memory.alsoWritten?(place, write.bytes) ?? [] {
                guard let address = store.address(of: other.place, rules) else { continue }
                store.memory.stage(other.bytes, at: address)
            }
        }
    }

    /// Writes that waited for a command are done now.
    func finishWaitingWrites() {
        guard !waitingWrites.isEmpty else { return }
        for write in waitingWrites { store.memory.stage(write.bytes, at: write.address) }
        waitingWrites = []
        try? store.commit()
    }

    /// What a reset takes with it.
    /// - Parameter isWarm: the power stays.
    func loseWrites(isWarm: Bool) {
        if !isWarm { waitingWrites = [] }
        let lost: Set<MemoryBehaviour.Lasting> =
            isWarm ? [.untilWarmReset, .untilReset] : [.untilPowerOff, .untilReset]
        guard losses.contains(where: { lost.contains($0.lasting) }) else { return }
        for loss in losses.reversed() where lost.contains(loss.lasting) {
            store.memory.stage(loss.before, at: loss.address)
        }
        losses.removeAll { lost.contains($0.lasting) }
        // A chip that cannot write now has lost nothing.
        try? store.commit()
    }

    /// Counters that are full again after a command that was carried out.
    func refillCounters(after command: ReceivedCommand) {
        let scope = behaviour.refills(command)
        guard scope != .none else { return }
        for (index, directory) in store.directories.enumerated()
        where scope == .card || index == session.directory {
            for key in directory.keys where store.triesLeft(of: key) != key.tries {
                store.stage(triesLeft: key.tries, of: key)
            }
        }
        try? store.commit()
    }
}

extension CardStore {
    /// What lies at an address.
    func place(of address: Int, _ rules: CardRules) -> StoredPlace {
        for directory in directories {
            var place = StoredPlace()
            place.directory = directory.identifier
            if address == directory.address + 3 { return place.with(.blocking) }
            if address == directory.address + 4 { return place.with(.wrongMACs) }
            for key in directory.keys where (key.address..<key.address + 24).contains(address) {
                place.number = Int(key.reference)
                return place.with(address == key.triesLeftAddress ? .retryCounter : .keyValue)
            }
            for file in directory.files {
                place.file = file.identifier
                if address == file.address + 14 { return place.with(.newest) }
                for (index, record) in file.records.enumerated() where record.contains(address) {
                    (place.number, place.offset) = (index + 1, address - record.lowerBound)
                    return place.with(.record)
                }
                guard file.content.contains(address) else { continue }
                let offset = address - file.content.lowerBound
                guard file.recordSize > 0 else {
                    place.offset = offset
                    return place.with(.binary)
                }
                (place.number, place.offset) = (offset / file.recordSize + 1, offset % file.recordSize)
                return place.with(rules.kind(of: file.descriptor) == .cyclic ? .cyclicRecord : .fixedRecord)
            }
        }
        return StoredPlace()
    }

    /// Where a place lies; nil for one that the card does not have.
    func address(of place: StoredPlace, _ rules: CardRules) -> Int? {
        guard let directory = directories.first(where: { $0.identifier == place.directory }) else { return nil }
        switch place.kind {
        case .blocking: return directory.address + 3
        case .wrongMACs: return directory.address + 4
        case .retryCounter: return directory.keys.first { Int($0.reference) == place.number }?.triesLeftAddress
        case .keyValue: return directory.keys.first { Int($0.reference) == place.number }?.value.lowerBound
        case .newest: return directory.files.first { $0.identifier == place.file }.map { $0.address + 14 }
        case .binary, .record, .fixedRecord, .cyclicRecord:
            guard let file = directory.files.first(where: { $0.identifier == place.file }) else { return nil }
            if !file.records.isEmpty {
                guard file.records.indices.contains(place.number - 1) else { return nil }
                let record = file.records[place.number - 1]
                return place.offset < record.count ? record.lowerBound + place.offset : nil
            }
            let start = max(0, place.number - 1) * file.recordSize + place.offset
            return start < file.size ? file.content.lowerBound + start : nil
        case .other: return nil
        }
    }
}

extension StoredPlace {
    fileprivate func with(_ kind: Kind) -> StoredPlace {
        var place = self
        place.kind = kind
        return place
    }
}
